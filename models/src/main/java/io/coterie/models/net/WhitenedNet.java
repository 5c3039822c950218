package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Node.Add;
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
 * groups of 3x3 convolutions, each with batch normalisation and ReLU, the first followed by a
 * maximum over 2x2; from the third on what a convolution reads is added to what it gives. Written
 * {@code wcn-48-192-192}: the channels of each group of two; {@code 80x4} is a group of four.
 *
 * <p>The feature map after convolution c of group g, both from 0 and 1, is {@code g1.relu2}.
 *
 * @param groups 1 to 5
 */
public record WhitenedNet(List<Group> groups) implements Architecture {
  private static final int KERNEL = 2;
  private static final int MOST_CHANNELS = 4096;
  private static final int MOST_CONVOLUTIONS = 16;
  private static final String GROUP = "-([1-9]\\d{0,3})(x([2-9]|1[0-6]))?";
  private static final Pattern NAME = Pattern.compile("wcn(" + GROUP + "){1,5}");

  /**
   * Convolutions of one resolution.
   *
   * @param channels 1 to 4096
   * @param convolutions 2 to 16
   */
  public record Group(int channels, int convolutions) {
    public Group {
      if (channels < 1 || channels > MOST_CHANNELS) {
        throw new IllegalArgumentException(
            "channels must be in 1.." + MOST_CHANNELS + ": " + channels);
      }
      if (convolutions < 2 || convolutions > MOST_CONVOLUTIONS) {
        throw new IllegalArgumentException(
            "convolutions must be in 2.." + MOST_CONVOLUTIONS + ": " + convolutions);
      }
    }

    private static Group parse(String text) {
      String[] parts = text.split("x", -1);
      return new Group(
          Integer.parseInt(parts[0]), parts.length == 1 ? 2 : Integer.parseInt(parts[1]));
    }

    private String name() {
      return convolutions == 2 ? Integer.toString(channels) : channels + "x" + convolutions;
    }
  }

  public WhitenedNet {
    groups = List.copyOf(groups);
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("must have at least one group");
    }
  }

  /** Reads a name such as {@code wcn-48-192-192}; refuses what names no network of this family. */
  static WhitenedNet parse(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "unknown network '"
              + name
              + "': write wcn-CHANNELS-CHANNELS-..., such as wcn-16-32-48 or wcn-16-32x4-48");
    }
    return new WhitenedNet(Arrays.stream(name.split("-", -1)).skip(1).map(Group::parse).toList());
  }

  @Override
  public String name() {
    return groups.stream().map(Group::name).collect(Collectors.joining("-", "wcn-", ""));
  }

  @Override
  public int filters() {
    return groups.get(groups.size() - 1).channels();
  }

  @Override
  public List<Node> trunk(ImageShape input) {
    int in = 2 * KERNEL * KERNEL * input.channels();
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Whiten("whiten", Net.INPUT, input.channels(), in, KERNEL));
    nodes.add(new Relu("whiten.relu", "whiten"));
    String last = "whiten.relu";
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      for (int c = 1; c <= group.convolutions(); c++) {
        boolean top = g == groups.size() - 1 && c == group.convolutions();
        String relu = top ? TOP : "g" + g + ".relu" + c;
        convolution(nodes, "g" + g, c, last, in, group.channels(), relu);
        last = relu;
        in = group.channels();
      }
    }
    return nodes;
  }

  private static void convolution(
      List<Node> nodes, String group, int number, String from, int in, int out, String relu) {
    String conv = group + ".conv" + number;
    String norm = group + ".bn" + number;
    boolean skips = number > 2;
    nodes.add(new Conv(conv, from, in, out, 3, 1, 1, !skips));
    String last = conv;
    if (number == 1) {
      last = group + ".pool";
      nodes.add(new MaxPool(last, conv, 2));
    }
    nodes.add(new BatchNorm(norm, last, out));
    last = norm;
    if (skips) {
      last = group + ".add" + number;
      nodes.add(new Add(last, norm, from));
    }
    nodes.add(new Relu(relu, last));
  }
}
