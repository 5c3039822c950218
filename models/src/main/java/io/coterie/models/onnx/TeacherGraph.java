package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import io.coterie.inference.BatchRunner;
import io.coterie.models.fusion.LinearHead;
import io.coterie.protocol.bundle.InputSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A classifier from elsewhere, wrapped so that it reads what a bundle's models read: images of the
 * bundle's shape and normalisation go through a factor and a summand for each channel and, where
 * its size is another, a bilinear scaling. Its features are pooled to a vector.
 */
public final class TeacherGraph {
  /** Values that are shown where the named tensor does not exist. */
  private static final int SHOWN = 8;

  private static final String INPUT = "coterie.input";
  private static final String NORMALISED = "coterie.normalised";
  private static final String FEATURES = "coterie.features";
  private static final String LOGITS = "coterie.logits";

  private final OnnxGraph graph;
  private final String features;
  private final String answers;
  private final GraphCost cost;

  private TeacherGraph(OnnxGraph graph, String features) {
    this.graph = graph;
    this.answers = graph.output();
    this.features = pooled(features);
    this.cost = GraphCost.of(graph, List.of(this.features, answers), "the teacher");
  }

  /**
   * Wraps a classifier.
   *
   * @param onnx with one float32 input {@code [n, channels, height, width]}
   * @param features name of the tensor that the last layer reads
   * @param images what the bundle's models read
   * @param mean of each channel that the classifier wants subtracted; empty for the bundle's own
   * @param std what it wants each channel divided by; empty for the bundle's own
   * @throws IllegalArgumentException if it is no such classifier; the message says what to do
   */
  public static TeacherGraph of(
      byte[] onnx, String features, InputSpec images, List<Double> mean, List<Double> std) {
    OnnxGraph graph = OnnxGraph.read(onnx);
    requireValue(graph, features);
    long[] wanted;
    try (BatchRunner model = new BatchRunner(onnx, 1)) {
      wanted = model.inputShape();
    }
    if (wanted.length != 4 || (wanted[1] > 0 && wanted[1] != images.channels())) {
      throw new IllegalArgumentException(
          "the teacher reads %s, the images are %d x %d x %d: name another shape with --input"
              .formatted(shape(wanted), images.channels(), images.height(), images.width()));
    }
    String old = graph.input();
    graph.setOpenBatch(INPUT, List.of(images.channels(), images.height(), images.width()));
    boolean fits =
        (wanted[2] < 0 || wanted[2] == images.height())
            && (wanted[3] < 0 || wanted[3] == images.width());
    adapt(
        graph,
        fits ? old : NORMALISED,
        images,
        mean.isEmpty() ? images.mean() : mean,
        std.isEmpty() ? images.std() : std);
    if (!fits) {
      resize(graph, old, images, wanted);
    }
    return new TeacherGraph(graph, features);
  }

  private static void requireValue(OnnxGraph graph, String name) {
    Set<String> values = new LinkedHashSet<>();
    graph.nodes().forEach(node -> values.addAll(node.getOutputList()));
    if (!values.contains(name)) {
      List<String> last = new ArrayList<>(values);
      last = last.subList(Math.max(0, last.size() - SHOWN), last.size());
      throw new IllegalArgumentException(
          "the teacher has no tensor '%s'; its last ones are %s: name the one that its last layer"
                  .formatted(name, last)
              + " reads with --features");
    }
  }

  private static String shape(long[] shape) {
    return Arrays.stream(shape)
        .mapToObj(size -> size < 0 ? "any" : Long.toString(size))
        .collect(Collectors.joining(" x "));
  }

  private static void adapt(
      OnnxGraph graph, String result, InputSpec images, List<Double> mean, List<Double> std) {
    if (mean.size() != images.channels()) {
      throw new IllegalArgumentException(
          "needs a value for each of " + images.channels() + " channels: --teacher-mean " + mean);
    }
    float[] factor = new float[mean.size()];
    float[] summand = new float[mean.size()];
    for (int c = 0; c < factor.length; c++) {
      factor[c] = (float) (images.std().get(c) / std.get(c));
      summand[c] = (float) ((images.mean().get(c) - mean.get(c)) / std.get(c));
    }
    List<Integer> perChannel = List.of(1, factor.length, 1, 1);
    graph.put(OnnxTensors.floats("coterie.factor", perChannel, factor));
    graph.put(OnnxTensors.floats("coterie.summand", perChannel, summand));
    List<String> scaled = List.of("coterie.scaled", "coterie.summand");
    graph.nodes().add(0, OnnxNodes.node("Mul", scaled.get(0), List.of(INPUT, "coterie.factor")));
    graph.nodes().add(1, OnnxNodes.node("Add", result, scaled));
  }

  private static void resize(OnnxGraph graph, String result, InputSpec images, long[] wanted) {
    if (graph.opset() < 11) {
      throw new IllegalArgumentException(
          "the teacher reads %d x %d pixels and has operator set %d, which cannot scale images:"
                  .formatted(wanted[2], wanted[3], graph.opset())
              + " export it with 13 or later, or name its size with --input");
    }
    float[] scales = {
      1, 1, (float) wanted[2] / images.height(), (float) wanted[3] / images.width()
    };
    graph.put(OnnxTensors.floats("coterie.scales", List.of(4), scales));
    graph.put(OnnxTensors.floats("coterie.roi", List.of(0)));
    List<String> inputs = List.of(NORMALISED, "coterie.roi", "coterie.scales");
    AttributeProto linear = OnnxNodes.text("mode", "linear");
    graph.nodes().add(2, OnnxNodes.node("Resize", result, inputs, linear));
  }

  /** Adds a mean over height and width, and a flattening; both leave a vector as it is. */
  private String pooled(String value) {
    int rank;
    try (BatchRunner model = new BatchRunner(graph.writeWithOutputs(value), 1)) {
      rank = model.outputShape(value).length;
    }
    if (rank != 2 && rank != 4) {
      throw new IllegalArgumentException(
          "the teacher's tensor '%s' has %d dimensions: name one of [n, filters] or"
                  .formatted(value, rank)
              + " [n, filters, height, width] with --features");
    }
    if (rank == 2) {
      return value;
    }
    OnnxNodes.addPool(graph, value, rank, FEATURES);
    return FEATURES;
  }

  /** Number of values of the pooled features. */
  public int filters() {
    return cost.shapes().get(features).get(0);
  }

  /** Number of classes that it tells apart. */
  public int answers() {
    return Math.toIntExact(GraphCost.size(cost.shapes().get(answers)));
  }

  /** From images to the pooled features. */
  public byte[] toFeatures() {
    return graph.writeWithOutputs(features);
  }

  /** From images to its own answers. */
  public byte[] toAnswers() {
    return graph.writeWithOutputs(answers);
  }

  /** From images to what another last layer makes of its features. */
  public byte[] toAnswers(LinearHead head) {
    OnnxGraph other = OnnxGraph.read(toFeatures());
    OnnxNodes.addLinear(other, features, head, LOGITS);
    return other.writeWithOutputs(LOGITS);
  }

  /** Number of float32 constants. */
  public long parameters() {
    return GraphCost.parameters(graph);
  }

  /** Floating-point operations of its convolutions and linear layers for one image. */
  public long flops() {
    return Math.max(1, cost.flops(graph));
  }
}
