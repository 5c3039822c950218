package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A graph under change: nodes in order, constants by name. Not thread-safe. */
public final class OnnxGraph {
  private ModelProto model;
  private final List<NodeProto> nodes;
  private final Map<String, TensorProto> constants = new LinkedHashMap<>();

  private OnnxGraph(ModelProto model, List<NodeProto> nodes, Collection<TensorProto> constants) {
    this.model = model;
    this.nodes = new ArrayList<>(nodes);
    constants.forEach(this::put);
  }

  /**
   * Reads a model.
   *
   * @throws IllegalArgumentException if the bytes are no ONNX
   */
  public static OnnxGraph read(byte[] onnx) {
    try {
      ModelProto model = ModelProto.parseFrom(onnx);
      if (model.getGraph().getNodeCount() > 0) {
        GraphProto graph = model.getGraph();
        return new OnnxGraph(model, graph.getNodeList(), graph.getInitializerList());
      }
      throw new IllegalArgumentException("not an ONNX model: it has no nodes");
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("not an ONNX model: " + e.getMessage(), e);
    }
  }

  /** The bytes; constants that nobody reads are left out. */
  public byte[] write() {
    return with(model.getGraph().getOutputList());
  }

  /** The bytes with these float32 values as outputs, besides those there are. */
  public byte[] writeWithOutputsToo(Collection<String> values) {
    List<ValueInfoProto> outputs = new ArrayList<>(model.getGraph().getOutputList());
    values.stream().filter(v -> !isOutput(v)).map(OnnxGraph::output).forEach(outputs::add);
    return with(outputs);
  }

  /** The bytes with these float32 values as the only outputs, without what they do not need. */
  public byte[] writeWithOutputs(String... values) {
    return new OnnxGraph(model, needed(Set.of(values), ""), constants.values())
        .with(Arrays.stream(values).map(OnnxGraph::output).toList());
  }

  /**
   * The part that makes some float32 values from another one, with copies of the constants it
   * needs.
   *
   * @param from name of the value that the part reads
   * @param shape of that value without the batch
   */
  public OnnxGraph part(String from, List<Integer> shape, String... values) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.clearInput().addInput(value(from, shape)).clearOutput().clearValueInfo();
    List.of(values).forEach(value -> graph.addOutput(output(value)));
    // Before version 4 every constant had to be an input too.
    long version = Math.max(4, model.getIrVersion());
    ModelProto part = model.toBuilder().setIrVersion(version).setGraph(graph).build();
    return new OnnxGraph(part, needed(Set.of(values), from), constants.values());
  }

  private List<NodeProto> needed(Set<String> outputs, String from) {
    Set<String> wanted = new LinkedHashSet<>(outputs);
    List<NodeProto> kept = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (node.getOutputList().stream().anyMatch(v -> wanted.contains(v) && !v.equals(from))) {
        kept.add(0, node);
        wanted.addAll(inputs(node));
      }
    }
    return kept;
  }

  /** Names of all values that a node reads, also within its branches and loops. */
  static Set<String> inputs(NodeProto node) {
    Set<String> inputs = new LinkedHashSet<>(node.getInputList());
    for (AttributeProto attribute : node.getAttributeList()) {
      attribute.getG().getNodeList().forEach(inner -> inputs.addAll(inputs(inner)));
      for (GraphProto graph : attribute.getGraphsList()) {
        graph.getNodeList().forEach(inner -> inputs.addAll(inputs(inner)));
      }
    }
    inputs.remove("");
    return inputs;
  }

  private byte[] with(List<ValueInfoProto> outputs) {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.clearNode().addAllNode(nodes).clearInitializer().clearOutput().addAllOutput(outputs);
    Set<String> read = new LinkedHashSet<>();
    nodes.forEach(node -> read.addAll(inputs(node)));
    constants.values().stream()
        .filter(c -> read.contains(c.getName()))
        .forEach(graph::addInitializer);
    return model.toBuilder().setGraph(graph).build().toByteArray();
  }

  private static ValueInfoProto output(String name) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    value
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(TensorProto.DataType.FLOAT.getNumber());
    return value.build();
  }

  /** A float32 value {@code [n, sizes...]}, n open. */
  static ValueInfoProto value(String name, List<Integer> sizes) {
    ValueInfoProto.Builder value = output(name).toBuilder();
    var shape = value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder();
    shape.addDimBuilder().setDimParam("n");
    sizes.forEach(size -> shape.addDimBuilder().setDimValue(size));
    return value.build();
  }

  /** The graph's nodes, to be changed. */
  public List<NodeProto> nodes() {
    return nodes;
  }

  /** The graph's constants by name, to be changed. */
  public Map<String, TensorProto> constants() {
    return constants;
  }

  /** Adds or replaces a constant. */
  public void put(TensorProto constant) {
    constants.put(constant.getName(), constant);
  }

  /** The values of a float32 constant. */
  public float[] floats(String constant) {
    return OnnxTensors.floats(constants.get(constant));
  }

  /** Gives a value another name, unless that is another value's. */
  public void rename(String value, String other) {
    if (constants.containsKey(other)
        || nodes.stream().anyMatch(node -> node.getOutputList().contains(other))) {
      return;
    }
    UnaryOperator<String> name = old -> old.equals(value) ? other : old;
    nodes.replaceAll(
        node ->
            node.toBuilder()
                .clearInput()
                .addAllInput(node.getInputList().stream().map(name).toList())
                .clearOutput()
                .addAllOutput(node.getOutputList().stream().map(name).toList())
                .build());
    GraphProto.Builder graph = model.getGraph().toBuilder();
    graph.getInputBuilderList().forEach(in -> in.setName(name.apply(in.getName())));
    graph.getOutputBuilderList().forEach(out -> out.setName(name.apply(out.getName())));
    model = model.toBuilder().setGraph(graph).build();
  }

  /** Name of the first input that is no constant. */
  public String input() {
    return model.getGraph().getInputList().stream()
        .map(ValueInfoProto::getName)
        .filter(name -> !constants.containsKey(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the graph has no input"));
  }

  /** Whether constants lie in files of their own, which is not supported. */
  public boolean hasFilesBesides() {
    return constants.values().stream()
        .anyMatch(constant -> constant.getDataLocation() == TensorProto.DataLocation.EXTERNAL);
  }

  /** Version of the operator set that its nodes are of. */
  public long opset() {
    return model.getOpsetImportList().stream()
        .filter(set -> set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx"))
        .mapToLong(OperatorSetIdProto::getVersion)
        .max()
        .orElse(1);
  }

  /**
   * Gives the graph a new first input {@code [n, sizes...]}, n open; nodes that make the old one
   * from it must be added. Other values forget their batch size.
   */
  public void setOpenBatch(String newInput, List<Integer> sizes) {
    List<ValueInfoProto> inputs = new ArrayList<>(model.getGraph().getInputList());
    String old = input();
    inputs.replaceAll(input -> input.getName().equals(old) ? value(newInput, sizes) : input);
    model =
        model.toBuilder()
            .setGraph(
                model.getGraph().toBuilder().clearInput().addAllInput(inputs).clearValueInfo())
            .build();
  }

  /** Name of the first output. */
  public String output() {
    return model.getGraph().getOutput(0).getName();
  }

  public boolean isOutput(String value) {
    return model.getGraph().getOutputList().stream().anyMatch(out -> out.getName().equals(value));
  }

  /** The nodes that read the value. */
  public List<NodeProto> readers(String value) {
    return nodes.stream().filter(node -> inputs(node).contains(value)).toList();
  }

  /** The one node that reads the value, if it is of that type and nothing else needs the value. */
  public Optional<NodeProto> onlyReader(String value, String type) {
    List<NodeProto> readers = readers(value);
    return readers.size() == 1 && !isOutput(value) && readers.get(0).getOpType().equals(type)
        ? Optional.of(readers.get(0))
        : Optional.empty();
  }
}
