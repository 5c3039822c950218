package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Extent;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Operations;
import io.coterie.models.net.Parameter;
import io.coterie.models.net.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes networks as ONNX, operator set {@value #OPSET}, with a symbolic batch dimension {@code n}.
 * Only what the nodes need exists here. Batch normalisation stays a node: ONNX Runtime folds it.
 */
public final class OnnxWriter {
  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  private OnnxWriter() {}

  /**
   * The network as a graph from its source {@code [n, channels, height, width]} to its outputs:
   * {@code [n, size]} where linear or pooled, else {@code [n, channels, height, width]}.
   */
  public static byte[] write(Net net, Weights weights) {
    Graph graph = new Graph(net.name(), weights);
    Map<String, Extent> extents = net.extents();
    graph.builder.addInput(OnnxGraph.value(net.source(), net.input().sizes()));
    net.run(graph, net.source());
    for (String name : net.outputs()) {
      Extent extent = extents.get(name);
      boolean vector =
          net.nodes().stream()
              .filter(node -> node.name().equals(name))
              .anyMatch(node -> node instanceof Node.Linear || node instanceof Node.GlobalPool);
      graph.builder.addOutput(
          OnnxGraph.value(name, vector ? List.of(extent.channels()) : extent.sizes()));
    }
    return model(graph.builder);
  }

  /** A fusion layer as a graph from {@code features} {@code [n, features]} to {@code logits}. */
  public static byte[] write(LinearHead head) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("fusion");
    List<Integer> shape = List.of(head.labels(), head.features());
    graph.addInput(OnnxGraph.value(Architecture.FEATURES, List.of(head.features())));
    graph.addInitializer(OnnxTensors.floats("weight", shape, head.weight()));
    graph.addInitializer(OnnxTensors.floats("bias", List.of(head.labels()), head.bias()));
    graph.addNode(OnnxNodes.linear(Architecture.LOGITS, Architecture.FEATURES, "weight", "bias"));
    graph.addOutput(OnnxGraph.value(Architecture.LOGITS, List.of(head.labels())));
    return model(graph);
  }

  private static byte[] model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("coterie")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /** Adds each node to the graph; a value is the name of an edge. */
  private static final class Graph implements Operations<String> {
    private final GraphProto.Builder builder = GraphProto.newBuilder();
    private final Weights weights;

    Graph(String name, Weights weights) {
      builder.setName(name);
      this.weights = weights;
    }

    private String parameter(Parameter parameter) {
      builder.addInitializer(
          OnnxTensors.floats(parameter.name(), parameter.shape(), weights.of(parameter)));
      return parameter.name();
    }

    private String add(String type, Node node, List<String> inputs, AttributeProto... attributes) {
      builder.addNode(OnnxNodes.node(type, node.name(), inputs, attributes));
      return node.name();
    }

    @Override
    public String conv(Node.Conv node, String input) {
      int pad = node.padding();
      List<AttributeProto> attributes = new ArrayList<>();
      attributes.add(OnnxNodes.integers("kernel_shape", node.kernel(), node.kernel()));
      attributes.add(OnnxNodes.integers("strides", node.stride(), node.stride()));
      attributes.add(OnnxNodes.integers("pads", pad, pad, pad, pad));
      if (node.groups() > 1) {
        attributes.add(OnnxNodes.integer("group", node.groups()));
      }
      List<String> inputs = List.of(input, parameter(node.weight()));
      return add("Conv", node, inputs, attributes.toArray(AttributeProto[]::new));
    }

    @Override
    public String whiten(Node.Whiten node, String input) {
      return add(
          "Conv",
          node,
          List.of(input, parameter(node.weight()), parameter(node.bias())),
          OnnxNodes.integers("kernel_shape", node.kernel(), node.kernel()));
    }

    @Override
    public String maxPool(Node.MaxPool node, String input) {
      return add(
          "MaxPool",
          node,
          List.of(input),
          OnnxNodes.integers("kernel_shape", node.size(), node.size()),
          OnnxNodes.integers("strides", node.size(), node.size()));
    }

    @Override
    public String batchNorm(Node.BatchNorm node, String input) {
      List<String> inputs =
          List.of(
              input,
              parameter(node.scale()),
              parameter(node.shift()),
              parameter(node.mean()),
              parameter(node.variance()));
      return add(
          "BatchNormalization", node, inputs, OnnxNodes.number("epsilon", Node.BatchNorm.EPSILON));
    }

    @Override
    public String relu(Node.Relu node, String input) {
      return add("Relu", node, List.of(input));
    }

    @Override
    public String add(Node.Add node, String left, String right) {
      return add("Add", node, List.of(left, right));
    }

    /** A mean over the image axes, so that the result is a vector without a flatten node. */
    @Override
    public String globalPool(Node.GlobalPool node, String input) {
      return add(
          "ReduceMean",
          node,
          List.of(input),
          OnnxNodes.integers("axes", 2, 3),
          OnnxNodes.integer("keepdims", 0));
    }

    @Override
    public String linear(Node.Linear node, String input) {
      String weight = parameter(node.weight());
      builder.addNode(OnnxNodes.linear(node.name(), input, weight, parameter(node.bias())));
      return node.name();
    }
  }
}
