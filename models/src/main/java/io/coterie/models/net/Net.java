package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import io.coterie.protocol.json.Check;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as plain data. The trainer and the exporter both read this description, so what was
 * trained and what is shipped agree by construction.
 *
 * @param source name of the value that the network reads: {@link #INPUT}, or in a part of a network
 *     the value where it was cut
 * @param input size of that value; the network reads float32 {@code [n, channels, height, width]}
 * @param nodes in an order in which every node comes after what it reads
 * @param outputs names of the nodes whose values the network gives
 */
public record Net(
    String name, String source, Extent input, List<Node> nodes, List<String> outputs) {
  /** Name of the value that stands for the image. */
  public static final String INPUT = "input";

  /** A network that reads images. */
  public Net(String name, ImageShape input, List<Node> nodes, List<String> outputs) {
    this(name, INPUT, Extent.of(input), nodes, outputs);
  }

  public Net {
    Check.text(name, "net.name");
    nodes = Check.list(nodes, "net.nodes");
    outputs = Check.list(outputs, "net.outputs");
    Set<String> known = new HashSet<>(Set.of(source));
    for (Node node : nodes) {
      if (!known.containsAll(node.inputs())) {
        throw new IllegalArgumentException(node + " reads a value that does not exist yet");
      }
      if (!known.add(node.name())) {
        throw new IllegalArgumentException("two nodes of the name " + node.name());
      }
    }
    if (outputs.isEmpty() || !known.containsAll(outputs)) {
      throw new IllegalArgumentException("outputs must be nodes: " + outputs);
    }
  }

  /** Reads the network from front to back and returns the outputs by name, in their order. */
  public <T> Map<String, T> run(Operations<T> operations, T input) {
    Map<String, T> values = new HashMap<>(Map.of(source, input));
    for (Node node : nodes) {
      List<T> inputs = new ArrayList<>();
      for (String name : node.inputs()) {
        inputs.add(values.get(name));
      }
      values.put(node.name(), node.apply(operations, inputs));
    }
    Map<String, T> results = new LinkedHashMap<>();
    outputs.forEach(name -> results.put(name, values.get(name)));
    return results;
  }

  /** The parameters of all nodes, in a fixed order. */
  public List<Parameter> parameters() {
    return nodes.stream().flatMap(node -> node.parameters().stream()).toList();
  }

  /** The same network with other outputs. */
  public Net withOutputs(String... names) {
    return new Net(name, source, input, nodes, List.of(names));
  }

  /** The size of every node's value, by name. */
  public Map<String, Extent> extents() {
    return NetCost.extents(this);
  }

  /**
   * The part that makes some values from another one.
   *
   * @param from name of the value that the part reads
   * @throws IllegalArgumentException if the outputs need more than that value
   */
  public Net between(String from, String... names) {
    Set<String> wanted = new HashSet<>(Set.of(names));
    List<Node> part = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (wanted.contains(node.name()) && !node.name().equals(from)) {
        part.add(0, node);
        wanted.addAll(node.inputs());
      }
    }
    if (!from.equals(source) && wanted.contains(source)) {
      throw new IllegalArgumentException(
          "not all of " + List.of(names) + " can be computed from " + from + " alone");
    }
    return new Net(
        name, from, from.equals(source) ? input : extents().get(from), part, List.of(names));
  }
}
