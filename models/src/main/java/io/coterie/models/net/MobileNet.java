package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Node.Add;
import io.coterie.models.net.Node.BatchNorm;
import io.coterie.models.net.Node.Conv;
import io.coterie.models.net.Node.Relu;
import io.coterie.models.net.Node.Whiten;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Networks of inverted residual blocks for small pictures, after MobileNetV2 (Sandler et al., arXiv
 * 1801.04381): a block widens its channels {@value #EXPANSION} times with a 1x1 convolution (theirs
 * 6), runs a 3x3 convolution over each channel by itself, and narrows them with a 1x1 convolution
 * that no ReLU follows; where shapes agree, what it reads is added. Ours: ReLU instead of ReLU6,
 * and in front the fixed 2x2 convolution of {@link WhitenedNet}, which makes learning fast.
 *
 * <p>Written {@code mbn-32-32x2-64x3-256}: channels of the first 3x3 convolution, which halves the
 * resolution; groups of so many blocks, all but the first of which begin by halving it; filters of
 * the last 1x1 convolution. The value after block b of group g, both from 0, is {@code g1b0}.
 *
 * @param stem channels of the first convolution
 * @param groups 1 to 5
 * @param filters of the last feature map
 */
public record MobileNet(int stem, List<Group> groups, int filters) implements Architecture {
  private static final int EXPANSION = 4;
  private static final int KERNEL = 2;
  private static final String CHANNELS = "[1-9]\\d{0,3}";
  private static final Pattern NAME =
      Pattern.compile("mbn-" + CHANNELS + "(-" + CHANNELS + "x[1-9]){1,5}-" + CHANNELS);

  /**
   * Blocks of one resolution.
   *
   * @param channels what each block gives
   * @param blocks 1 to 9
   */
  public record Group(int channels, int blocks) {
    private static Group parse(String text) {
      String[] parts = text.split("x", -1);
      return new Group(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }

    private String name() {
      return channels + "x" + blocks;
    }
  }

  public MobileNet {
    groups = List.copyOf(groups);
  }

  /**
   * Reads a name such as {@code mbn-32-32x2-64x3-256}; refuses what names no network of this
   * family.
   */
  static MobileNet parse(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "unknown network '"
              + name
              + "': write mbn-CHANNELS-CHANNELSxBLOCKS-...-FILTERS, such as mbn-32-32x2-64x3-256");
    }
    List<String> parts = Arrays.asList(name.split("-", -1));
    return new MobileNet(
        Integer.parseInt(parts.get(1)),
        parts.subList(2, parts.size() - 1).stream().map(Group::parse).toList(),
        Integer.parseInt(parts.get(parts.size() - 1)));
  }

  @Override
  public String name() {
    String middle = groups.stream().map(Group::name).collect(Collectors.joining("-"));
    return "mbn-" + stem + "-" + middle + "-" + filters;
  }

  @Override
  public List<Node> trunk(ImageShape input) {
    int in = 2 * KERNEL * KERNEL * input.channels();
    List<Node> nodes = new ArrayList<>();
    nodes.add(new Whiten("whiten", Net.INPUT, input.channels(), in, KERNEL));
    nodes.add(new Relu("whiten.relu", "whiten"));
    nodes.add(new Conv("stem", "whiten.relu", in, stem, 3, 2));
    nodes.add(new BatchNorm("stem.bn", "stem", stem));
    nodes.add(new Relu("stem.relu", "stem.bn"));
    String last = "stem.relu";
    in = stem;
    for (int g = 0; g < groups.size(); g++) {
      Group group = groups.get(g);
      for (int b = 0; b < group.blocks(); b++) {
        int stride = g > 0 && b == 0 ? 2 : 1;
        last = block(nodes, "g" + g + "b" + b, last, in, group.channels(), stride);
        in = group.channels();
      }
    }
    nodes.add(new Conv("top", last, in, filters, 1, 1));
    nodes.add(new BatchNorm("top.bn", "top", filters));
    nodes.add(new Relu(TOP, "top.bn"));
    return nodes;
  }

  private static String block(
      List<Node> nodes, String name, String from, int in, int out, int stride) {
    int wide = EXPANSION * in;
    nodes.add(new Conv(name + ".widen", from, in, wide, 1, 1));
    nodes.add(new BatchNorm(name + ".bn1", name + ".widen", wide));
    nodes.add(new Relu(name + ".relu1", name + ".bn1"));
    nodes.add(Conv.depthwise(name + ".each", name + ".relu1", wide, 3, stride));
    nodes.add(new BatchNorm(name + ".bn2", name + ".each", wide));
    nodes.add(new Relu(name + ".relu2", name + ".bn2"));
    nodes.add(new Conv(name + ".narrow", name + ".relu2", wide, out, 1, 1));
    if (in != out || stride != 1) {
      nodes.add(new BatchNorm(name, name + ".narrow", out));
    } else {
      nodes.add(new BatchNorm(name + ".bn3", name + ".narrow", out));
      nodes.add(new Add(name, name + ".bn3", from));
    }
    return name;
  }
}
