package io.coterie.models.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.platform.Fp16Conversions;
import io.coterie.models.onnx.OnnxGraph;
import io.coterie.models.onnx.OnnxNodes;
import io.coterie.models.onnx.OnnxTensors;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights stored as float16 behind a cast to float32, which runtimes do once when they load the
 * model: half the file, the memory and speed of float32.
 */
public final class Fp16 {
  /** Smaller constants, such as those of a batch normalisation, stay as they are. */
  private static final int WORTH_HALVING = 256;

  private Fp16() {}

  /**
   * The graph with halved weights.
   *
   * @throws IllegalArgumentException if the bytes are no ONNX
   */
  public static byte[] halve(byte[] onnx) {
    OnnxGraph graph = OnnxGraph.read(onnx);
    List<NodeProto> casts = new ArrayList<>();
    for (TensorProto constant : List.copyOf(graph.constants().values())) {
      if (constant.getDataType() == TensorProto.DataType.FLOAT.getNumber()
          && OnnxTensors.size(constant) >= WORTH_HALVING) {
        graph.put(half(constant));
        casts.add(cast(constant.getName()));
        graph.constants().remove(constant.getName());
      }
    }
    graph.nodes().addAll(0, casts);
    return graph.write();
  }

  private static TensorProto half(TensorProto constant) {
    float[] values = OnnxTensors.floats(constant);
    short[] halves = new short[values.length];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = Fp16Conversions.floatToFp16(values[i]);
    }
    return OnnxTensors.halves(constant.getName() + ".half", constant.getDimsList(), halves);
  }

  private static NodeProto cast(String name) {
    AttributeProto type = OnnxNodes.integer("to", TensorProto.DataType.FLOAT.getNumber());
    return OnnxNodes.node("Cast", name, List.of(name + ".half"), type);
  }
}
