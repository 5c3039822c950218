package io.coterie.models.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Where a graph can be cut: at a value that every path from the image to the answer goes through.
 * Immutable.
 */
public final class GraphCuts {
  private final OnnxGraph graph;
  private final String answer;

  /** The node that makes each value. */
  private final Map<String, NodeProto> makers = new HashMap<>();

  /** Every value that the answer needs and that depends on the image, in the graph's order. */
  private final List<String> values = new ArrayList<>();

  private final List<String> places;

  /**
   * Looks for them.
   *
   * @param answer name of the value that the last part gives
   */
  public GraphCuts(OnnxGraph graph, String answer) {
    this.graph = graph;
    this.answer = answer;
    Set<String> moving = new HashSet<>(Set.of(graph.input()));
    for (NodeProto node : graph.nodes()) {
      node.getOutputList().forEach(value -> makers.put(value, node));
      if (OnnxGraph.inputs(node).stream().anyMatch(moving::contains)) {
        moving.addAll(node.getOutputList());
      }
    }
    Set<String> needed = needed(Set.of(answer), "");
    for (NodeProto node : graph.nodes()) {
      node.getOutputList().stream()
          .filter(value -> needed.contains(value) && moving.contains(value))
          .forEach(values::add);
    }
    this.places =
        values.stream().filter(value -> !value.equals(answer) && separates(value)).toList();
  }

  /** Names of the values where the graph can be cut, from the first. */
  public List<String> places() {
    return places;
  }

  /** All values that are needed for some, which are among them, without looking behind one. */
  private Set<String> needed(Set<String> wanted, String behind) {
    Set<String> needed = new LinkedHashSet<>();
    List<String> open = new ArrayList<>(wanted);
    while (!open.isEmpty()) {
      String value = open.remove(open.size() - 1);
      if (!value.isEmpty() && needed.add(value) && !value.equals(behind)) {
        NodeProto maker = makers.get(value);
        if (maker != null) {
          open.addAll(OnnxGraph.inputs(maker));
        }
      }
    }
    return needed;
  }

  private boolean separates(String value) {
    return !needed(Set.of(answer), value).contains(graph.input());
  }

  /**
   * Where a value stands in the graph's order, from 0; -1 if it is not between image and answer.
   */
  public int position(String value) {
    return values.indexOf(value);
  }

  /** What the rest needs besides a value, of all that comes before it; empty if it separates. */
  public Set<String> crossing(String cut) {
    Set<String> before = needed(Set.of(cut), "");
    Set<String> crossing = new TreeSet<>();
    for (String value : needed(Set.of(answer), cut)) {
      NodeProto maker = makers.get(value);
      if (maker != null && !before.contains(value)) {
        OnnxGraph.inputs(maker).stream()
            .filter(read -> before.contains(read) && !read.equals(cut))
            .filter(read -> values.contains(read) || read.equals(graph.input()))
            .forEach(crossing::add);
      }
    }
    return crossing;
  }
}
