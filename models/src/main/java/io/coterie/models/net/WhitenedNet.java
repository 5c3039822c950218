package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Node.BatchNorm;
import io.coterie.models.net.Node.Conv;
import io.coterie.models.net.Node.MaxPool;
import io.coterie.models.net.Node.Relu;
import io.coterie.models.net.Node.Whiten;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Shallow networks that learn fast, after Jordan, arXiv 2404.00498 (with ReLU instead of GELU and a
 * mean instead of a maximum at the end): a fixed 2x2 convolution that whitens the image, then
 * groups of two 3x3 convolutions, each with batch normalisation and ReLU, the first followed by a
 * maximum over 2x2. Written {@code wcn-48-192-192}: the channels of each group.
 *
 * @param widths channels of each group, 1 to 5 groups
 */
public record WhitenedNet(List<Integer> widths) implements Architecture {
  private static final int KERNEL = 2;
  private static final int MOST_CHANNELS = 4096;
  private static final Pattern NAME = Pattern.compile("wcn(-[1-9]\\d{0,3}){1,5}");

  public WhitenedNet {
    widths = List.copyOf(widths);
    if (widths.isEmpty() || widths.stream().anyMatch(w -> w < 1 || w > MOST_CHANNELS)) {
      throw new IllegalArgumentException("channels must be in 1.." + MOST_CHANNELS + ": " + widths);
    }
  }

  /**
   * Reads a name such as {@code wcn-48-192-192}.
   *
   * @throws IllegalArgumentException if it names no network of this family
   */
  static WhitenedNet parse(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "unknown network '" + name + "': write wcn-CHANNELS-CHANNELS-..., such as wcn-16-32-48");
    }
    String[] parts = name.split("-", -1);
    return new WhitenedNet(Arrays.stream(parts).skip(1).map(Integer::valueOf).toList());
  }

  @Override
  public String name() {
    return widths.stream().map(String::valueOf).collect(Collectors.joining("-", "wcn-", ""));
  }

  @Override
  public int filters() {
    return widths.get(widths.size() - 1);
  }

  @Override
  public List<Node> trunk(ImageShape input) {
    int in = 2 * KERNEL * KERNEL * input.channels();
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Whiten("whiten", Net.INPUT, input.channels(), in, KERNEL));
    nodes.add(new Relu("whiten.relu", "whiten"));
    String last = "whiten.relu";
    for (int group = 0; group < widths.size(); group++) {
      int out = widths.get(group);
      String name = "g" + group;
      nodes.add(new Conv(name + ".conv1", last, in, out, 3, 1, true));
      nodes.add(new MaxPool(name + ".pool", name + ".conv1", 2));
      nodes.add(new BatchNorm(name + ".bn1", name + ".pool", out));
      nodes.add(new Relu(name + ".relu1", name + ".bn1"));
      nodes.add(new Conv(name + ".conv2", name + ".relu1", out, out, 3, 1, true));
      nodes.add(new BatchNorm(name + ".bn2", name + ".conv2", out));
      last = group == widths.size() - 1 ? TOP : name + ".relu2";
      nodes.add(new Relu(last, name + ".bn2"));
      in = out;
    }
    return nodes;
  }
}
