package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Extent;
import io.coterie.models.net.Net;
import io.coterie.models.net.Node;
import io.coterie.models.net.Operations;
import io.coterie.models.net.Parameter;
import io.coterie.models.net.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Writes networks as ONNX, operator set {@value #OPSET}, with a symbolic batch dimension {@code n}.
 * Only what the nodes need exists here. Batch normalisation stays a node: ONNX Runtime folds it.
 */
public final class OnnxWriter {
  private static final int OPSET = 13;
  private static final int IR_VERSION = 7;

  /** Name of a fusion graph's input. */
  public static final String FEATURES = "features";

  /** Name of a fusion graph's output. */
  public static final String LOGITS = "logits";

  private OnnxWriter() {}

  /**
   * The network as a graph from its source {@code [n, channels, height, width]} to its outputs:
   * {@code [n, size]} where linear or pooled, else {@code [n, channels, height, width]}.
   */
  public static byte[] write(Net net, Weights weights) {
    Graph graph = new Graph(net.name(), weights);
    Map<String, Extent> extents = net.extents();
    graph.builder.addInput(value(net.source(), image(net.input())));
    net.run(graph, net.source());
    for (String name : net.outputs()) {
      Extent extent = extents.get(name);
      boolean vector =
          net.nodes().stream()
              .filter(node -> node.name().equals(name))
              .anyMatch(node -> node instanceof Node.Linear || node instanceof Node.GlobalPool);
      graph.builder.addOutput(value(name, vector ? new int[] {extent.channels()} : image(extent)));
    }
    return model(graph.builder);
  }

  /** A fusion layer as a graph from {@code features} {@code [n, features]} to {@code logits}. */
  public static byte[] write(LinearHead head) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName("fusion");
    graph.addInput(value(FEATURES, head.features()));
    graph.addInitializer(tensor("weight", List.of(head.labels(), head.features()), head.weight()));
    graph.addInitializer(tensor("bias", List.of(head.labels()), head.bias()));
    graph.addNode(gemm(LOGITS, FEATURES, "weight", "bias"));
    graph.addOutput(value(LOGITS, head.labels()));
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

  private static int[] image(Extent extent) {
    return new int[] {extent.channels(), extent.height(), extent.width()};
  }

  private static ValueInfoProto value(String name, int... sizes) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"));
    for (int size : sizes) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder()
            .setElemType(TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  private static TensorProto tensor(String name, List<Integer> shape, float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.FLOAT.getNumber())
            .setRawData(ByteString.copyFrom(bytes.array()));
    shape.forEach(tensor::addDims);
    return tensor.build();
  }

  private static NodeProto gemm(String name, String input, String weight, String bias) {
    return NodeProto.newBuilder()
        .setOpType("Gemm")
        .setName(name)
        .addAllInput(List.of(input, weight, bias))
        .addOutput(name)
        .addAttribute(integer("transB", 1))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static AttributeProto integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
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
      builder.addInitializer(tensor(parameter.name(), parameter.shape(), weights.of(parameter)));
      return parameter.name();
    }

    private String add(String type, Node node, List<String> inputs, AttributeProto... attributes) {
      builder.addNode(
          NodeProto.newBuilder()
              .setOpType(type)
              .setName(node.name())
              .addAllInput(inputs)
              .addOutput(node.name())
              .addAllAttribute(List.of(attributes)));
      return node.name();
    }

    @Override
    public String conv(Node.Conv node, String input) {
      int pad = node.padding();
      return add(
          "Conv",
          node,
          List.of(input, parameter(node.weight())),
          integers("kernel_shape", node.kernel(), node.kernel()),
          integers("strides", node.stride(), node.stride()),
          integers("pads", pad, pad, pad, pad));
    }

    @Override
    public String depthwise(Node.Depthwise node, String input) {
      int pad = node.padding();
      return add(
          "Conv",
          node,
          List.of(input, parameter(node.weight())),
          integers("kernel_shape", node.kernel(), node.kernel()),
          integers("strides", node.stride(), node.stride()),
          integers("pads", pad, pad, pad, pad),
          integer("group", node.channels()));
    }

    @Override
    public String whiten(Node.Whiten node, String input) {
      return add(
          "Conv",
          node,
          List.of(input, parameter(node.weight()), parameter(node.bias())),
          integers("kernel_shape", node.kernel(), node.kernel()));
    }

    @Override
    public String maxPool(Node.MaxPool node, String input) {
      return add(
          "MaxPool",
          node,
          List.of(input),
          integers("kernel_shape", node.size(), node.size()),
          integers("strides", node.size(), node.size()));
    }

    @Override
    public String batchNorm(Node.BatchNorm node, String input) {
      AttributeProto epsilon =
          AttributeProto.newBuilder()
              .setName("epsilon")
              .setType(AttributeProto.AttributeType.FLOAT)
              .setF(Node.BatchNorm.EPSILON)
              .build();
      List<String> inputs =
          List.of(
              input,
              parameter(node.scale()),
              parameter(node.shift()),
              parameter(node.mean()),
              parameter(node.variance()));
      return add("BatchNormalization", node, inputs, epsilon);
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
          "ReduceMean", node, List.of(input), integers("axes", 2, 3), integer("keepdims", 0));
    }

    @Override
    public String linear(Node.Linear node, String input) {
      builder.addNode(gemm(node.name(), input, parameter(node.weight()), parameter(node.bias())));
      return node.name();
    }
  }
}
