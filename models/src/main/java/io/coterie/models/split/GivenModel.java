package io.coterie.models.split;

import ai.onnx.proto.OnnxMl.NodeProto;
import io.coterie.inference.BatchRunner;
import io.coterie.models.data.ImageShape;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.onnx.GraphCost;
import io.coterie.models.onnx.GraphCuts;
import io.coterie.models.onnx.OnnxGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A classifier that was trained elsewhere, made ready to be cut: it reads {@code input} {@code [n,
 * channels, height, width]} and gives {@code logits}; a softmax at its end is left out. Not
 * thread-safe.
 */
final class GivenModel {
  /** Places shown on either side of a tensor that is none. */
  private static final int SHOWN = 3;

  private final OnnxGraph graph;
  private final ImageShape shape;
  private final String logits;
  private final GraphCuts cuts;
  private final GraphCost cost;

  private GivenModel(OnnxGraph graph, ImageShape shape, String logits) {
    this.graph = graph;
    this.shape = shape;
    this.logits = logits;
    this.cuts = new GraphCuts(graph, logits);
    List<String> wanted = new ArrayList<>(cuts.places());
    wanted.add(logits);
    this.cost = GraphCost.of(graph, wanted, "the model");
    if (cost.shapes().get(logits).size() != 1) {
      throw new IllegalArgumentException(
          "the model gives " + cost.shapes().get(logits) + " for an image, not one value a class");
    }
  }

  /**
   * Reads a model.
   *
   * @param input what images are brought to; may be empty where the model says it
   * @throws IllegalArgumentException if it is no classifier of images; the message says what to do
   */
  static GivenModel of(byte[] onnx, Optional<ImageShape> input) {
    OnnxGraph graph = OnnxGraph.read(onnx);
    if (graph.hasFilesBesides()) {
      throw new IllegalArgumentException(
          "the model keeps its weights in another file: save it as one file");
    }
    ImageShape shape = input.orElseGet(() -> shape(onnx));
    graph.rename(graph.input(), Net.INPUT);
    graph.setOpenBatch(graph.input(), shape.sizes());
    String answer = graph.output();
    Optional<NodeProto> last =
        graph.nodes().stream().filter(node -> node.getOutputList().contains(answer)).findFirst();
    boolean softmax = last.filter(node -> node.getOpType().equals("Softmax")).isPresent();
    String logits = softmax ? last.get().getInput(0) : answer;
    OnnxGraph part = graph.part(graph.input(), shape.sizes(), logits);
    part.rename(logits, Architecture.LOGITS);
    return new GivenModel(part, shape, part.output());
  }

  private static ImageShape shape(byte[] onnx) {
    try (BatchRunner model = new BatchRunner(onnx, 1)) {
      long[] shape = model.inputShape();
      if (shape.length == 4 && shape[1] > 0 && shape[2] > 0 && shape[3] > 0) {
        return new ImageShape((int) shape[1], (int) shape[2], (int) shape[3]);
      }
    }
    throw new IllegalArgumentException(
        "the model does not say what images it reads: name it with --input CxHxW");
  }

  ImageShape shape() {
    return shape;
  }

  OnnxGraph graph() {
    return graph;
  }

  GraphCost cost() {
    return cost;
  }

  /** Name of the value that it gives. */
  String logits() {
    return logits;
  }

  /** Number of classes that it tells apart. */
  int classes() {
    return cost.shapes().get(logits).get(0);
  }

  /** Shape of a value without the batch. */
  List<Integer> shape(String tensor) {
    return tensor.equals(graph.input()) ? shape.sizes() : cost.shapes().get(tensor);
  }

  /** Number of channels of a feature map. */
  int channels(String tensor) {
    List<Integer> sizes = shape(tensor);
    return sizes.get(sizes.size() == 2 ? 1 : 0);
  }

  /**
   * The part behind a value.
   *
   * @param from name of a value, or of the input
   */
  OnnxGraph part(String from, String... values) {
    return graph.part(from, shape(from), values);
  }

  /** A vector could not be told from logits; what has more axes has channels to pool. */
  private boolean isMap(String tensor) {
    return shape(tensor).size() == 2 || shape(tensor).size() == 3;
  }

  /** Where it can be cut, from the image; of places alike but for cheap nodes between the last. */
  List<Place> places() {
    long all = Math.max(1, cost.flops(graph));
    List<Place> places = new ArrayList<>();
    for (String tensor : cuts.places()) {
      if (isMap(tensor)) {
        long before = cost.flops(part(graph.input(), tensor));
        Place place = new Place(tensor, shape(tensor), (double) before / all);
        boolean alike = !places.isEmpty() && alike(places.get(places.size() - 1), place);
        if (alike) {
          places.remove(places.size() - 1);
        }
        places.add(place);
      }
    }
    return places;
  }

  private static boolean alike(Place a, Place b) {
    return a.shape().equals(b.shape()) && a.flops() == b.flops();
  }

  /**
   * Refuses what are no places to cut, in that order.
   *
   * @throws IllegalArgumentException if one is unknown, does not separate the model, or does not
   *     come after the one named before it; the message says where the model can be cut
   */
  void check(List<String> tensors) {
    for (int i = 0; i < tensors.size(); i++) {
      String tensor = tensors.get(i);
      if (cuts.position(tensor) < 0) {
        throw new IllegalArgumentException(
            "the model has no tensor '%s' between image and answer; %s"
                .formatted(tensor, near(-1)));
      }
      Set<String> crossing = cuts.crossing(tensor);
      String where = near(cuts.position(tensor));
      if (!crossing.isEmpty()) {
        throw new IllegalArgumentException(
            "tensor '%s' does not separate the model: '%s' also crosses there; %s"
                .formatted(tensor, String.join("', '", crossing), where));
      }
      if (!cuts.places().contains(tensor) || !isMap(tensor)) {
        throw new IllegalArgumentException(
            "tensor '%s' is no feature map; %s".formatted(tensor, where));
      }
      if (i > 0 && cuts.position(tensor) <= cuts.position(tensors.get(i - 1))) {
        throw new IllegalArgumentException(
            "tensors must be named from the image to the answer: '%s' does not come after '%s'"
                .formatted(tensor, tensors.get(i - 1)));
      }
    }
  }

  /** The places around a position; the first where it is negative. */
  private String near(int position) {
    List<String> places = places().stream().map(Place::tensor).toList();
    int before = (int) places.stream().filter(place -> cuts.position(place) < position).count();
    int from = Math.max(0, before - SHOWN);
    int to = Math.min(places.size(), before + SHOWN);
    return places.isEmpty()
        ? "no tensor separates it"
        : "these separate it: '%s' (all: coterie split MODEL)"
            .formatted(String.join("', '", places.subList(from, to)));
  }
}
