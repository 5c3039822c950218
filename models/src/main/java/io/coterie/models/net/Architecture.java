package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Node.BatchNorm;
import io.coterie.models.net.Node.Conv;
import io.coterie.models.net.Node.GlobalPool;
import io.coterie.models.net.Node.Linear;
import io.coterie.models.net.Node.Relu;
import java.util.List;

/**
 * A family member of convolutional networks: a trunk that ends in a feature map, from which a
 * teacher or a student is made.
 */
public sealed interface Architecture permits WideResNet, WhitenedNet {
  /** The teacher's pooled features, float32 {@code [n, filters]}. */
  String FEATURES = "features";

  /** The teacher's answer, float32 {@code [n, labels]}. */
  String LOGITS = "logits";

  /** A student's answer, float32 {@code [n, partition size]}. */
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

  /**
   * The student: no linear layer, but a bridge of 1x1 convolution, batch normalisation and ReLU to
   * {@code partitionSize} channels, pooled. Output {@link #PORTION}.
   */
  default Net student(ImageShape input, int partitionSize) {
    List<Node> nodes = trunk(input);
    nodes.add(new Conv("bridge.conv", TOP, filters(), partitionSize, 1, 1));
    nodes.add(new BatchNorm("bridge.bn", "bridge.conv", partitionSize));
    nodes.add(new Relu("bridge.relu", "bridge.bn"));
    nodes.add(new GlobalPool(PORTION, "bridge.relu"));
    return new Net(name(), input, nodes, List.of(PORTION));
  }
}
