package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.coterie.models.fusion.LinearHead;
import java.util.List;

/** Adds to graphs what makes an answer of a feature map; nodes go to the end. */
public final class OnnxHeads {
  private OnnxHeads() {}

  /**
   * Adds the mean over all positions of a value {@code [n, channels, height, width]} or {@code [n,
   * positions, channels]}.
   *
   * @param result name of the vector {@code [n, channels]}, and prefix of what is needed for it
   */
  public static void pool(OnnxGraph graph, String value, int rank, String result) {
    String channelsFirst = value;
    if (rank == 3) {
      channelsFirst = result + ".turned";
      AttributeProto.Builder order =
          AttributeProto.newBuilder().setName("perm").setType(AttributeProto.AttributeType.INTS);
      List.of(0L, 2L, 1L).forEach(order::addInts);
      graph.nodes().add(node("Transpose", channelsFirst, value).addAttribute(order).build());
    }
    String pooled = result + ".pooled";
    graph.nodes().add(node("GlobalAveragePool", pooled, channelsFirst).build());
    graph.nodes().add(node("Flatten", result, pooled).build());
  }

  /**
   * Adds a linear layer.
   *
   * @param result name of its value {@code [n, labels]}, and prefix of its constants
   */
  public static void linear(OnnxGraph graph, String vector, LinearHead head, String result) {
    List<Long> shape = List.of((long) head.labels(), (long) head.features());
    graph.put(OnnxTensors.floats(result + ".weight", shape, head.weight()));
    graph.put(OnnxTensors.floats(result + ".bias", List.of((long) head.labels()), head.bias()));
    AttributeProto transposed =
        AttributeProto.newBuilder()
            .setName("transB")
            .setType(AttributeProto.AttributeType.INT)
            .setI(1)
            .build();
    NodeProto.Builder gemm = node("Gemm", result, vector, result + ".weight", result + ".bias");
    graph.nodes().add(gemm.addAttribute(transposed).build());
  }

  static NodeProto.Builder node(String type, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(type)
        .setName(output)
        .addAllInput(List.of(inputs))
        .addOutput(output);
  }
}
