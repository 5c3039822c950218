package io.coterie.models.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.coterie.inference.BatchRunner;
import io.coterie.models.onnx.OnnxGraph;
import io.coterie.models.onnx.OnnxNodes;
import io.coterie.models.onnx.OnnxTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Post-training quantisation to 8 bits with pairs of QuantizeLinear and DequantizeLinear, which
 * runtimes fuse into integer kernels. Activations are unsigned with a zero point, their range that
 * of some calibration images; convolution weights are signed, a scale for each filter; sums are 32
 * bits. What is not a convolution, a sum, a maximum or a ReLU stays float32.
 */
public final class Int8 {
  private static final TensorProto.DataType UNSIGNED = TensorProto.DataType.UINT8;
  private static final AttributeProto PER_CHANNEL = OnnxNodes.integer("axis", 0);

  private final OnnxGraph graph;
  private final Map<String, Range> ranges;
  private final List<NodeProto> out = new ArrayList<>();

  /** By the value's name in the float graph: how it is quantised, and the value to read instead. */
  private final Map<String, Quantized> quantized = new HashMap<>();

  private record Quantized(String name, float scale) {}

  /** Smallest and largest value, 0 included. */
  private record Range(float min, float max) {
    Range with(float value) {
      return new Range(Math.min(min, value), Math.max(max, value));
    }

    float scale() {
      return Math.max(1e-8f, (max - min) / 255);
    }

    int zeroPoint() {
      return Math.round(-min / scale());
    }
  }

  private Int8(OnnxGraph graph, Map<String, Range> ranges) {
    this.graph = graph;
    this.ranges = ranges;
  }

  /**
   * The graph in 8 bits.
   *
   * @param onnx a graph with one float32 input {@code [n, ...]}
   * @param calibration input rows whose activations span the ranges, at least one
   * @throws IllegalArgumentException if there is no calibration row or the graph is not usable
   */
  public static byte[] quantize(byte[] onnx, float[] calibration) {
    OnnxGraph graph = OnnxGraph.read(onnx);
    Folding.fold(graph);
    Int8 int8 = new Int8(graph, ranges(graph, calibration));
    int8.quantizeAll();
    graph.nodes().clear();
    graph.nodes().addAll(int8.out);
    return graph.write();
  }

  private static Map<String, Range> ranges(OnnxGraph graph, float[] calibration) {
    Map<String, Range> ranges = new HashMap<>();
    List<String> values = graph.nodes().stream().map(node -> node.getOutput(0)).toList();
    try (BatchRunner model = new BatchRunner(graph.writeWithOutputsToo(values), 1)) {
      if (calibration.length < model.inputSize()) {
        throw new IllegalArgumentException("no calibration images");
      }
      model.runAll(
          calibration,
          (name, found) -> {
            Range range = ranges.getOrDefault(name, new Range(0, 0));
            while (found.hasRemaining()) {
              range = range.with(found.get());
            }
            ranges.put(name, range);
          });
    }
    Range input = new Range(0, 0);
    for (float value : calibration) {
      input = input.with(value);
    }
    ranges.put(graph.input(), input);
    return ranges;
  }

  private void quantizeAll() {
    quantize(graph.input(), graph.input(), ranges.get(graph.input()));
    for (NodeProto node : graph.nodes()) {
      switch (node.getOpType()) {
        case "Conv" -> conv(node);
        case "MaxPool" -> maxPool(node);
        default -> other(node);
      }
    }
  }

  /** A ReLU behind a convolution needs no node: the unsigned range begins at 0. */
  private void conv(NodeProto node) {
    String value = node.getOutput(0);
    Optional<NodeProto> relu = graph.onlyReader(value, "Relu");
    out.add(withWeights(node));
    String result = relu.map(r -> r.getOutput(0)).orElse(value);
    if (!graph.isOutput(result)) {
      quantize(value, result, ranges.get(result));
    }
  }

  private NodeProto withWeights(NodeProto node) {
    Quantized input = quantized.get(node.getInput(0));
    NodeProto.Builder conv = node.toBuilder().setInput(0, read(node.getInput(0)));
    if (input == null || !graph.constants().containsKey(node.getInput(1))) {
      return conv.build();
    }
    float[] scales = weights(node.getInput(1));
    conv.setInput(1, node.getInput(1) + ".dq");
    if (node.getInputCount() > 2) {
      bias(node.getInput(2), scales, input.scale());
      conv.setInput(2, node.getInput(2) + ".dq");
    }
    return conv.build();
  }

  /** Adds the weights as signed bytes and gives the scale of each filter. */
  private float[] weights(String name) {
    TensorProto tensor = graph.constants().get(name);
    float[] values = OnnxTensors.floats(tensor);
    int filters = Math.toIntExact(tensor.getDims(0));
    int perFilter = values.length / filters;
    float[] scales = new float[filters];
    byte[] bytes = new byte[values.length];
    for (int filter = 0; filter < filters; filter++) {
      float largest = 0;
      for (int i = filter * perFilter; i < (filter + 1) * perFilter; i++) {
        largest = Math.max(largest, Math.abs(values[i]));
      }
      scales[filter] = Math.max(1e-8f, largest / 127);
      for (int i = filter * perFilter; i < (filter + 1) * perFilter; i++) {
        bytes[i] = (byte) Math.round(values[i] / scales[filter]);
      }
    }
    List<Integer> perChannel = List.of(filters);
    graph.put(
        OnnxTensors.bytes(name + ".q", TensorProto.DataType.INT8, tensor.getDimsList(), bytes));
    graph.put(OnnxTensors.floats(name + ".scale", perChannel, scales));
    graph.put(
        OnnxTensors.bytes(
            name + ".zero", TensorProto.DataType.INT8, perChannel, new byte[filters]));
    out.add(dequantize(name, PER_CHANNEL));
    return scales;
  }

  private void bias(String name, float[] weightScales, float inputScale) {
    float[] values = graph.floats(name);
    int[] sums = new int[values.length];
    float[] scales = new float[values.length];
    for (int i = 0; i < sums.length; i++) {
      scales[i] = weightScales[i] * inputScale;
      sums[i] = Math.round(values[i] / scales[i]);
    }
    List<Integer> perChannel = List.of(sums.length);
    graph.put(OnnxTensors.int32s(name + ".q", perChannel, sums));
    graph.put(OnnxTensors.floats(name + ".scale", perChannel, scales));
    graph.put(OnnxTensors.int32s(name + ".zero", perChannel, new int[sums.length]));
    out.add(dequantize(name, PER_CHANNEL));
  }

  private static NodeProto dequantize(String name, AttributeProto... axis) {
    List<String> inputs = List.of(name + ".q", name + ".scale", name + ".zero");
    return OnnxNodes.node("DequantizeLinear", name + ".dq", inputs, axis);
  }

  /** The largest of quantised values has their scale. */
  private void maxPool(NodeProto node) {
    out.add(node.toBuilder().setInput(0, read(node.getInput(0))).build());
    String value = node.getOutput(0);
    if (quantized.containsKey(node.getInput(0)) && !graph.isOutput(value)) {
      Range range = ranges.get(node.getInput(0));
      ranges.put(value, range);
      quantize(value, value, range);
    }
  }

  private void other(NodeProto node) {
    if (quantized.containsKey(node.getOutput(0))) {
      return; // a ReLU that its convolution has taken in
    }
    NodeProto.Builder same = node.toBuilder();
    for (int i = 0; i < node.getInputCount(); i++) {
      same.setInput(i, read(node.getInput(i)));
    }
    out.add(same.build());
    String value = node.getOutput(0);
    boolean last = graph.isOutput(value);
    boolean reluNext = graph.onlyReader(value, "Relu").isPresent();
    boolean kind = List.of("Relu", "Add").contains(node.getOpType());
    if (kind && !last && !reluNext) {
      quantize(value, value, ranges.get(value));
    }
  }

  private String read(String value) {
    Quantized known = quantized.get(value);
    return known == null ? value : known.name();
  }

  /** Quantises {@code value}; whoever reads {@code standsFor} gets the result. */
  private void quantize(String value, String standsFor, Range range) {
    String name = standsFor + ".a";
    graph.put(OnnxTensors.floats(name + ".scale", List.of(), range.scale()));
    graph.put(OnnxTensors.bytes(name + ".zero", UNSIGNED, List.of(), (byte) range.zeroPoint()));
    List<String> inputs = List.of(value, name + ".scale", name + ".zero");
    out.add(OnnxNodes.node("QuantizeLinear", name + ".q", inputs));
    out.add(dequantize(name));
    quantized.put(standsFor, new Quantized(name + ".dq", range.scale()));
  }
}
