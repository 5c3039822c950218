package io.coterie.models.quantization;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A graph under change: nodes in order, constants by name. Not thread-safe. */
final class Graph {
  private final ModelProto model;
  private final List<NodeProto> nodes;
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();

  private Graph(ModelProto model) {
    this.model = model;
    this.nodes = new ArrayList<>(model.getGraph().getNodeList());
    model.getGraph().getInitializerList().forEach(this::put);
  }

  /**
   * Reads a model.
   *
   * @throws IllegalArgumentException if the bytes are no ONNX
   */
  static Graph read(byte[] onnx) {
    try {
      return new Graph(ModelProto.parseFrom(onnx));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not an ONNX model: " + e.getMessage(), e);
    }
  }

  byte[] write() {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.clearNode().addAllNode(nodes).clearInitializer();
    for (TensorProto constant : constants.values()) {
      if (isRead(constant.getName())) {
        graph.addInitializer(constant);
      }
    }
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  List<NodeProto> nodes() {
    return nodes;
  }

  Map<String, TensorProto> constants() {
    return constants;
  }

  void put(TensorProto constant) {
    constants.put(constant.getName(), constant);
  }

  float[] floats(String constant) {
    return Tensors.floats(constants.get(constant));
  }

  String input() {
    return model.getGraph().getInput(0).getName();
  }

  boolean isOutput(String value) {
    return model.getGraph().getOutputList().stream().anyMatch(out -> out.getName().equals(value));
  }

  private boolean isRead(String value) {
    return nodes.stream().anyMatch(node -> node.getInputList().contains(value));
  }

  List<NodeProto> readers(String value) {
    return nodes.stream().filter(node -> node.getInputList().contains(value)).toList();
  }

  /** The one node that reads the value, if it is of that type and nothing else needs the value. */
  Optional<NodeProto> onlyReader(String value, String type) {
    List<NodeProto> readers = readers(value);
    return readers.size() == 1 && !isOutput(value) && readers.get(0).getOpType().equals(type)
        ? Optional.of(readers.get(0))
        : Optional.empty();
  }

  /** The same model with every value that a node makes as an output. */
  byte[] withEveryValueAsOutput() {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.clearNode().addAllNode(nodes).clearInitializer().addAllInitializer(constants.values());
    for (NodeProto node : nodes) {
      if (!isOutput(node.getOutput(0))) {
        ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(node.getOutput(0));
        value
            .getTypeBuilder()
            .getTensorTypeBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber());
        graph.addOutput(value);
      }
    }
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }
}
