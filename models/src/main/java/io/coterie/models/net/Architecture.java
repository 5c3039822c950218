package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Node.BatchNorm;
import io.coterie.models.net.Node.Conv;
import io.coterie.models.net.Node.GlobalPool;
import io.coterie.models.net.Node.Linear;
import io.coterie.models.net.Node.Relu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A family member of convolutional networks: a trunk that ends in a feature map, from which a
 * teacher or a student is made.
 */
public sealed interface Architecture permits WideResNet, WhitenedNet, MobileNet {
  /** The teacher's pooled features, float32 {@code [n, filters]}. */
  String FEATURES = "features";

  /** The teacher's answer, float32 {@code [n, labels]}. */
  String LOGITS = "logits";

  /** A student's answer at its last exit, float32 {@code [n, partition size]}. */
  String PORTION = "portion";

  /** Largest factor by which the bridge of a backbone's exit widens the channels. */
  int MOST_WIDENING = 4;

  /** Name of the trunk's last node: the feature map after its last ReLU. */
  String TOP = "top.relu";

  /** The name that {@link #parse} reads. */
  String name();

  /** Number of filters of the last feature map. */
  int filters();

  /** A new list of the nodes from the image to {@link #TOP}. */
  List<Node> trunk(ImageShape input);

  /**
   * Reads a name such as {@code wrn-16-1}, {@code wcn-48-192-192} or {@code mbn-32-32x2-64x3-256}.
   *
   * @throws IllegalArgumentException if it names no network of a known family
   */
  static Architecture parse(String name) {
    return switch (name.replaceFirst("-.*", "")) {
      case "wcn" -> WhitenedNet.parse(name);
      case "mbn" -> MobileNet.parse(name);
      default -> WideResNet.parse(name);
    };
  }

  /** The classifier: outputs {@link #FEATURES} and {@link #LOGITS}. */
  default Net teacher(ImageShape input, int labels) {
    return backbone(input, labels, List.of()).withOutputs(FEATURES, LOGITS);
  }

  /** The student of one exit. */
  default Net student(ImageShape input, int partitionSize) {
    return student(input, partitionSize, List.of());
  }

  /**
   * The student: no linear layer, but at every exit a bridge of 1x1 convolution, batch
   * normalisation and ReLU to {@code partitionSize} channels, pooled. Outputs are the portions of
   * all exits, {@link #PORTION} the last.
   *
   * @param exits names of the feature maps of the trunk that early exits read; empty for none
   * @throws IllegalArgumentException if there is no such feature map
   */
  default Net student(ImageShape input, int partitionSize, List<String> exits) {
    List<Node> nodes = trunk(input);
    Map<String, Extent> extents = new Net(name(), input, nodes, List.of(TOP)).extents();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < exits.size(); i++) {
      int in = channels(extents, exits.get(i));
      outputs.add(portion(i + 1, exits.size() + 1));
      bridge(nodes, "exit" + (i + 1), exits.get(i), in, partitionSize, outputs.get(i));
    }
    bridge(nodes, "bridge", TOP, filters(), partitionSize, PORTION);
    outputs.add(PORTION);
    return new Net(name(), input, nodes, outputs);
  }

  /**
   * The classifier with exits: at every early one a bridge as {@link #student} has it, to at most
   * four times the channels it reads (ours), pooled, and a linear layer; the last is that of {@link
   * #teacher}. Outputs are the logits of all exits, {@link #LOGITS} the last.
   *
   * @param exits names of the feature maps of the trunk that early exits read; empty for none
   * @throws IllegalArgumentException if there is no such feature map
   */
  default Net backbone(ImageShape input, int labels, List<String> exits) {
    List<Node> nodes = trunk(input);
    Map<String, Extent> extents = new Net(name(), input, nodes, List.of(TOP)).extents();
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < exits.size(); i++) {
      String exit = "exit" + (i + 1);
      int in = channels(extents, exits.get(i));
      int out = Math.min(filters(), MOST_WIDENING * in);
      bridge(nodes, exit, exits.get(i), in, out, exit + "." + FEATURES);
      outputs.add(exit + "." + LOGITS);
      nodes.add(new Linear(outputs.get(i), exit + "." + FEATURES, out, labels));
    }
    nodes.add(new GlobalPool(FEATURES, TOP));
    nodes.add(new Linear(LOGITS, FEATURES, filters(), labels));
    outputs.add(LOGITS);
    return new Net(name(), input, nodes, outputs);
  }

  private int channels(Map<String, Extent> extents, String map) {
    if (!extents.containsKey(map)) {
      throw new IllegalArgumentException(name() + " has no feature map " + map);
    }
    return extents.get(map).channels();
  }

  private static void bridge(
      List<Node> nodes, String name, String from, int in, int out, String portion) {
    nodes.add(new Conv(name + ".conv", from, in, out, 1, 1));
    nodes.add(BatchNorm.ofOutput(name + ".bn", name + ".conv", out));
    nodes.add(new Relu(name + ".relu", name + ".bn"));
    nodes.add(new GlobalPool(portion, name + ".relu"));
  }

  /** Name of the portion of an exit, from 1, of so many. */
  static String portion(int exit, int of) {
    return exit == of ? PORTION : "exit" + exit + "." + PORTION;
  }

  /** Shape of what travels to the stage after one, from 0, without the batch; empty at the end. */
  static List<Integer> passedOn(Net net, List<String> cuts, int stage) {
    return stage == cuts.size() ? List.of() : net.extents().get(cuts.get(stage)).sizes();
  }

  /**
   * A network with exits in stages, each from one exit to the next. Outputs of a stage are the
   * value that the next one reads, and the exit's output; of the last that output alone.
   *
   * @param net has one output at every exit, as {@link #student} and {@link #backbone} give them
   * @param cuts names of the values between the stages, from the earliest
   * @throws IllegalArgumentException if a stage needs more than the value it is to read
   */
  static List<Net> stages(Net net, List<String> cuts) {
    List<Net> stages = new ArrayList<>();
    for (int i = 0; i < net.outputs().size(); i++) {
      String from = i == 0 ? net.source() : cuts.get(i - 1);
      String output = net.outputs().get(i);
      stages.add(
          i == cuts.size() ? net.between(from, output) : net.between(from, cuts.get(i), output));
    }
    return stages;
  }
}
