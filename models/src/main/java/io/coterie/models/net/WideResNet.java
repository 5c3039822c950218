package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Node.Add;
import io.coterie.models.net.Node.BatchNorm;
import io.coterie.models.net.Node.Conv;
import io.coterie.models.net.Node.Relu;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Wide residual networks, pre-activation form, after Zagoruyko and Komodakis, arXiv 1605.07146: a
 * 3x3 convolution, three groups of (depth - 4) / 6 blocks with 16, 32 and 64 times {@code width}
 * channels, the second and third at half the resolution of the one before.
 *
 * <p>Written {@code wrn-16-2}; {@code wrn-10-0.5} has half the channels; {@code wrn-10-1-s2} (ours)
 * begins with a convolution of stride 2 and costs a quarter.
 *
 * @param depth 6 n + 4
 * @param width factor on the channels, in (0, 16]
 * @param stemStride 1 or 2
 */
public record WideResNet(int depth, double width, int stemStride) implements Architecture {
  private static final Pattern NAME = Pattern.compile("wrn-(\\d+)-(\\d+(?:\\.\\d+)?)(-s2)?");

  public WideResNet {
    if (depth < 10 || (depth - 4) % 6 != 0) {
      throw new IllegalArgumentException("depth must be 10, 16, 22, ...: " + depth);
    }
    if (!(width > 0 && width <= 16) || (stemStride != 1 && stemStride != 2)) {
      throw new IllegalArgumentException("width must be in (0, 16]: " + width);
    }
  }

  /** Reads a name such as {@code wrn-16-1}; refuses what names no network of this family. */
  static WideResNet parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "unknown network '" + name + "': write wrn-DEPTH-WIDTH, such as wrn-16-1 or wrn-10-1-s2");
    }
    return new WideResNet(
        Integer.parseInt(matcher.group(1)),
        Double.parseDouble(matcher.group(2)),
        matcher.group(3) == null ? 1 : 2);
  }

  @Override
  public String name() {
    String factor = width == Math.rint(width) ? Integer.toString((int) width) : "" + width;
    return "wrn-" + depth + "-" + factor + (stemStride == 2 ? "-s2" : "");
  }

  @Override
  public int filters() {
    return channels(2);
  }

  private int channels(int group) {
    return Math.max(1, (int) Math.round((16 << group) * width));
  }

  @Override
  public List<Node> trunk(ImageShape input) {
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Conv("stem", Net.INPUT, input.channels(), 16, 3, stemStride));
    String last = "stem";
    int in = 16;
    for (int group = 0; group < 3; group++) {
      for (int block = 0; block < (depth - 4) / 6; block++) {
        int stride = group > 0 && block == 0 ? 2 : 1;
        last = block(nodes, "g" + group + "b" + block, last, in, channels(group), stride);
        in = channels(group);
      }
    }
    nodes.add(new BatchNorm("top.bn", last, in));
    nodes.add(new Relu(TOP, "top.bn"));
    return nodes;
  }

  private static String block(
      List<Node> nodes, String name, String from, int in, int out, int stride) {
    nodes.add(new BatchNorm(name + ".bn1", from, in));
    nodes.add(new Relu(name + ".relu1", name + ".bn1"));
    nodes.add(new Conv(name + ".conv1", name + ".relu1", in, out, 3, stride));
    nodes.add(new BatchNorm(name + ".bn2", name + ".conv1", out));
    nodes.add(new Relu(name + ".relu2", name + ".bn2"));
    nodes.add(new Conv(name + ".conv2", name + ".relu2", out, out, 3, 1));
    String shortcut = from;
    if (in != out || stride != 1) {
      shortcut = name + ".shortcut";
      nodes.add(new Conv(shortcut, name + ".relu1", in, out, 1, stride));
    }
    nodes.add(new Add(name, name + ".conv2", shortcut));
    return name;
  }
}
