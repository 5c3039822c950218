package io.coterie.models.quantization;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.coterie.models.onnx.OnnxGraph;
import io.coterie.models.onnx.OnnxTensors;
import java.util.List;
import java.util.Optional;

/**
 * Takes batch normalisations into the convolution before them. A maximum between the two does not
 * hinder it where no channel's factor is negative, since the maximum of growing functions is the
 * function of the maximum; the ReLU then moves before the maximum too.
 */
public final class Folding {
  private final OnnxGraph graph;

  private Folding(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * The graph with everything folded that can be; it computes the same up to rounding.
   *
   * @throws IllegalArgumentException if the bytes are no ONNX
   */
  public static byte[] fold(byte[] onnx) {
    OnnxGraph graph = OnnxGraph.read(onnx);
    fold(graph);
    return graph.write();
  }

  /** Folds whatever can be folded. */
  static void fold(OnnxGraph graph) {
    Folding folding = new Folding(graph);
    for (NodeProto conv : List.copyOf(graph.nodes())) {
      if (conv.getOpType().equals("Conv")) {
        folding.fold(conv);
      }
    }
  }

  private void fold(NodeProto conv) {
    String value = conv.getOutput(0);
    Optional<NodeProto> pool = graph.onlyReader(value, "MaxPool");
    String normalised = pool.map(node -> node.getOutput(0)).orElse(value);
    Optional<NodeProto> norm = graph.onlyReader(normalised, "BatchNormalization");
    if (norm.isEmpty()) {
      return;
    }
    float[] factor = factor(norm.get());
    if (pool.isEmpty()) {
      replace(conv, folded(conv, norm.get(), factor, norm.get().getOutput(0)));
      graph.nodes().remove(norm.get());
    } else if (growing(factor)) {
      swap(conv, pool.get(), norm.get(), factor);
    }
  }

  private static boolean growing(float[] factor) {
    for (float f : factor) {
      if (!(f >= 0)) {
        return false;
      }
    }
    return true;
  }

  /** Conv, MaxPool, BatchNormalization and perhaps Relu become Conv, perhaps Relu, MaxPool. */
  private void swap(NodeProto conv, NodeProto pool, NodeProto norm, float[] factor) {
    Optional<NodeProto> relu = graph.onlyReader(norm.getOutput(0), "Relu");
    String last = relu.orElse(norm).getOutput(0);
    replace(conv, folded(conv, norm, factor, conv.getOutput(0)));
    String pooled = conv.getOutput(0);
    if (relu.isPresent()) {
      pooled = pool.getOutput(0);
      NodeProto moved =
          relu.get().toBuilder().setInput(0, conv.getOutput(0)).setOutput(0, pooled).build();
      graph.nodes().remove(relu.get());
      graph.nodes().add(graph.nodes().indexOf(pool), moved);
    }
    replace(pool, pool.toBuilder().setInput(0, pooled).setOutput(0, last).build());
    graph.nodes().remove(norm);
  }

  private float[] factor(NodeProto norm) {
    float[] scale = graph.floats(norm.getInput(1));
    float[] variance = graph.floats(norm.getInput(4));
    float[] factor = new float[scale.length];
    for (int i = 0; i < factor.length; i++) {
      factor[i] = (float) (scale[i] / Math.sqrt(variance[i] + epsilon(norm)));
    }
    return factor;
  }

  private static float epsilon(NodeProto norm) {
    return norm.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals("epsilon"))
        .map(AttributeProto::getF)
        .findFirst()
        .orElse(1e-5f);
  }

  private NodeProto folded(NodeProto conv, NodeProto norm, float[] factor, String output) {
    TensorProto weight = graph.constants().get(conv.getInput(1));
    float[] values = OnnxTensors.floats(weight);
    float[] shift = graph.floats(norm.getInput(2));
    float[] mean = graph.floats(norm.getInput(3));
    float[] bias =
        conv.getInputCount() > 2 ? graph.floats(conv.getInput(2)) : new float[mean.length];
    int perFilter = values.length / factor.length;
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor[i / perFilter];
    }
    for (int i = 0; i < bias.length; i++) {
      bias[i] = shift[i] + (bias[i] - mean[i]) * factor[i];
    }
    String name = conv.getOutput(0);
    graph.put(OnnxTensors.floats(name + ".folded", weight.getDimsList(), values));
    graph.put(OnnxTensors.floats(name + ".bias", List.of(bias.length), bias));
    return conv.toBuilder()
        .clearInput()
        .addAllInput(List.of(conv.getInput(0), name + ".folded", name + ".bias"))
        .setOutput(0, output)
        .build();
  }

  private void replace(NodeProto old, NodeProto now) {
    graph.nodes().set(graph.nodes().indexOf(old), now);
  }
}
