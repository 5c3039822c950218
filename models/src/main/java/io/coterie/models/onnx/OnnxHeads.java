package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
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
      AttributeProto order = OnnxNodes.integers("perm", 0, 2, 1);
      graph.nodes().add(OnnxNodes.node("Transpose", channelsFirst, List.of(value), order));
    }
    String pooled = result + ".pooled";
    graph.nodes().add(OnnxNodes.node("GlobalAveragePool", pooled, List.of(channelsFirst)));
    graph.nodes().add(OnnxNodes.node("Flatten", result, List.of(pooled)));
  }

  /**
   * Adds a linear layer.
   *
   * @param result name of its value {@code [n, labels]}, and prefix of its constants
   */
  public static void linear(OnnxGraph graph, String vector, LinearHead head, String result) {
    List<Integer> shape = List.of(head.labels(), head.features());
    graph.put(OnnxTensors.floats(result + ".weight", shape, head.weight()));
    graph.put(OnnxTensors.floats(result + ".bias", List.of(head.labels()), head.bias()));
    graph.nodes().add(OnnxNodes.linear(result, vector, result + ".weight", result + ".bias"));
  }
}
