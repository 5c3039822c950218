package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.coterie.inference.BatchRunner;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a graph's values cost for one image, found by running it once.
 *
 * @param flops floating-point operations of each convolution and linear layer with constant
 *     weights, by the name of its value; other nodes are not counted
 * @param shapes of the values that are known to be float32, without the batch, by name
 */
public record GraphCost(Map<String, Long> flops, Map<String, List<Integer>> shapes) {
  /** Node types whose values are float32 in every float32 network. */
  private static final Set<String> FLOATS =
      Set.of("Conv", "Gemm", "BatchNormalization", "Relu", "MaxPool", "AveragePool");

  private static final Set<String> COUNTED = Set.of("Conv", "Gemm", "MatMul");

  public GraphCost {
    flops = Map.copyOf(flops);
    shapes = Map.copyOf(shapes);
  }

  /**
   * Runs a graph.
   *
   * @param more float32 values whose shapes are wanted besides
   * @param what the graph is, such as {@code the model}, for the message
   * @throws IllegalArgumentException if it cannot run on two images at once
   */
  public static GraphCost of(OnnxGraph graph, Collection<String> more, String what) {
    Map<String, Long> perValue = new HashMap<>();
    Set<String> values = new HashSet<>(more);
    for (NodeProto node : graph.nodes()) {
      boolean counted = COUNTED.contains(node.getOpType());
      TensorProto weight = counted ? graph.constants().get(node.getInput(1)) : null;
      if (weight != null) {
        long outputs = weight.getDims(node.getOpType().equals("Conv") ? 0 : lastAxis(node, weight));
        perValue.put(node.getOutput(0), 2L * OnnxTensors.size(weight) / outputs);
      }
      if (weight != null || FLOATS.contains(node.getOpType())) {
        values.add(node.getOutput(0));
      }
    }
    try (BatchRunner model = new BatchRunner(graph.writeWithOutputsToo(values), 1)) {
      Map<String, List<Integer>> shapes = model.shapes();
      perValue.replaceAll((value, flops) -> flops * size(shapes.get(value)));
      return new GraphCost(perValue, shapes);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(
          what
              + " cannot run on two images at once: export it with an open batch dimension: "
              + e.getMessage(),
          e);
    }
  }

  private static int lastAxis(NodeProto node, TensorProto weight) {
    boolean transposed =
        node.getAttributeList().stream()
            .anyMatch(attribute -> attribute.getName().equals("transB") && attribute.getI() == 1);
    return transposed ? 0 : weight.getDimsCount() - 1;
  }

  static long size(List<Integer> shape) {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** Floating-point operations of the nodes that a part of the graph has. */
  public long flops(OnnxGraph part) {
    return part.nodes().stream().mapToLong(node -> flops.getOrDefault(node.getOutput(0), 0L)).sum();
  }

  /**
   * Bytes of a part's constants, and of the most that one of its nodes reads and gives, as far as
   * shapes are known.
   */
  public long memoryBytes(OnnxGraph part) {
    long peak = 0;
    for (NodeProto node : part.nodes()) {
      Set<String> values = new HashSet<>(node.getInputList());
      values.addAll(node.getOutputList());
      values.retainAll(shapes.keySet());
      peak = Math.max(peak, values.stream().mapToLong(v -> size(shapes.get(v))).sum());
    }
    return Math.max(1, Float.BYTES * (parameters(part) + peak));
  }

  /** Number of float32 constants that nodes read. */
  public static long parameters(OnnxGraph graph) {
    Set<String> read = new HashSet<>();
    graph.nodes().forEach(node -> read.addAll(OnnxGraph.inputs(node)));
    return graph.constants().values().stream()
        .filter(constant -> read.contains(constant.getName()))
        .filter(c -> c.getDataType() == TensorProto.DataType.FLOAT.getNumber())
        .mapToLong(OnnxTensors::size)
        .sum();
  }
}
