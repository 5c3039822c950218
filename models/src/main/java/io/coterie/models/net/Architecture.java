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
public sealed interface Architecture permits WideResNet, WhitenedNet {
  /** The teacher's pooled features, float32 {@code [n, filters]}. */
  String FEATURES = "features";

  /** The teacher's answer, float32 {@code [n, labels]}. */
  String LOGITS = "logits";

  /** A student's answer at its last exit, float32 {@code [n, partition size]}. */
  String PORTION = "portion";

  /** Name of the trunk's last node: the feature map after its last ReLU. */
  String TOP = "top.relu";

  /** The name that {@link #parse} reads. */
  String name();

  /** Number of filters of the last feature map. */
  int filters();

  /** A new list of the nodes from the image to {@link #TOP}. */
  List<Node> trunk(ImageShape input);

  /**
   * Reads a name such as {@code wrn-16-1} or {@code wcn-48-192-192}.
   *
   * @throws IllegalArgumentException if it names no network of a known family
   */
  static Architecture parse(String name) {
    return name.startsWith("wcn") ? WhitenedNet.parse(name) : WideResNet.parse(name);
  }

  /** The classifier: outputs {@link #FEATURES} and {@link #LOGITS}. */
  default Net teacher(ImageShape input, int labels) {
    List<Node> nodes = trunk(input);
    nodes.add(new GlobalPool(FEATURES, TOP));
    nodes.add(new Linear(LOGITS, FEATURES, filters(), labels));
    return new Net(name(), input, nodes, List.of(FEATURES, LOGITS));
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
      Extent extent = extents.get(exits.get(i));
      if (extent == null) {
        throw new IllegalArgumentException(name() + " has no feature map " + exits.get(i));
      }
      outputs.add(portion(i + 1, exits.size() + 1));
      bridge(
          nodes, "exit" + (i + 1), exits.get(i), extent.channels(), partitionSize, outputs.get(i));
    }
    bridge(nodes, "bridge", TOP, filters(), partitionSize, PORTION);
    outputs.add(PORTION);
    return new Net(name(), input, nodes, outputs);
  }

  private static void bridge(
      List<Node> nodes, String name, String from, int in, int out, String portion) {
    nodes.add(new Conv(name + ".conv", from, in, out, 1, 1));
    nodes.add(new BatchNorm(name + ".bn", name + ".conv", out));
    nodes.add(new Relu(name + ".relu", name + ".bn"));
    nodes.add(new GlobalPool(portion, name + ".relu"));
  }

  /** Name of the portion of an exit, from 1, of so many. */
  static String portion(int exit, int of) {
    return exit == of ? PORTION : "exit" + exit + "." + PORTION;
  }

  /**
   * The student in stages, each from one exit to the next. Outputs of a stage are the feature map
   * that the next one reads, and the portion; of the last the portion alone.
   *
   * @param student what {@link #student} gave for these exits
   */
  static List<Net> stages(Net student, List<String> exits) {
    List<Net> stages = new ArrayList<>();
    int of = exits.size() + 1;
    for (int exit = 1; exit <= of; exit++) {
      String from = exit == 1 ? student.source() : exits.get(exit - 2);
      stages.add(
          exit == of
              ? student.between(from, PORTION)
              : student.between(from, exits.get(exit - 1), portion(exit, of)));
    }
    return stages;
  }
}
