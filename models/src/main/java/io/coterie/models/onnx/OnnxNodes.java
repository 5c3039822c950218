package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import io.coterie.models.fusion.LinearHead;
import java.util.List;

/** Nodes of a graph, their attributes, and the layers that make an answer of a feature map. */
public final class OnnxNodes {
  private OnnxNodes() {}

  /** A node of one output that has the output's name. */
  public static NodeProto node(
      String type, String output, List<String> inputs, AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(inputs)
        .addOutput(output)
        .addAllAttribute(List.of(attributes))
        .build();
  }

  /** A layer {@code [n, in]} to {@code [n, out]} whose weight is {@code [out, in]}. */
  static NodeProto linear(String output, String input, String weight, String bias) {
    return node("Gemm", output, List.of(input, weight, bias), integer("transB", 1));
  }

  /** An attribute that is one integer. */
  public static AttributeProto integer(String name, long value) {
    return named(name, AttributeType.INT).setI(value).build();
  }

  /** An attribute that is one number. */
  static AttributeProto number(String name, float value) {
    return named(name, AttributeType.FLOAT).setF(value).build();
  }

  /** An attribute that is a word. */
  static AttributeProto text(String name, String value) {
    return named(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value)).build();
  }

  /** An attribute that is a list of integers. */
  static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute = named(name, AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }

  private static AttributeProto.Builder named(String name, AttributeType type) {
    return AttributeProto.newBuilder().setName(name).setType(type);
  }

  /**
   * Adds the mean over all positions of a value {@code [n, channels, height, width]} or {@code [n,
   * positions, channels]}.
   *
   * @param result name of the vector {@code [n, channels]}, and prefix of what is needed for it
   */
  public static void addPool(OnnxGraph graph, String value, int rank, String result) {
    String channelsFirst = value;
    if (rank == 3) {
      channelsFirst = result + ".turned";
      AttributeProto order = integers("perm", 0, 2, 1);
      graph.nodes().add(node("Transpose", channelsFirst, List.of(value), order));
    }
    String pooled = result + ".pooled";
    graph.nodes().add(node("GlobalAveragePool", pooled, List.of(channelsFirst)));
    graph.nodes().add(node("Flatten", result, List.of(pooled)));
  }

  /**
   * Adds a linear layer.
   *
   * @param result name of its value {@code [n, labels]}, and prefix of its constants
   */
  public static void addLinear(OnnxGraph graph, String vector, LinearHead head, String result) {
    List<Integer> shape = List.of(head.labels(), head.features());
    graph.put(OnnxTensors.floats(result + ".weight", shape, head.weight()));
    graph.put(OnnxTensors.floats(result + ".bias", List.of(head.labels()), head.bias()));
    graph.nodes().add(linear(result, vector, result + ".weight", result + ".bias"));
  }
}
