package io.coterie.models.net;

import io.coterie.protocol.bundle.Precision;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;

/**
 * What one frame costs.
 *
 * @param parameters all values but the running statistics of batch normalisation
 * @param flops a multiply-add counts 2, every other arithmetic operation on an element 1
 * @param peakActivationBytes largest sum of float32 values that must be held at one moment
 * @param peakInt8ActivationBytes the same where values are quantised to one byte; what a batch
 *     normalisation makes that no convolution takes in stays float32
 */
public record NetCost(
    long parameters, long flops, long peakActivationBytes, long peakInt8ActivationBytes) {

  /** Counts the network's cost for one image. */
  public static NetCost of(Net net) {
    long parameters =
        net.parameters().stream()
            .filter(parameter -> parameter.kind() != Parameter.Kind.STATISTIC)
            .mapToLong(Parameter::size)
            .sum();
    Counter counter = counter(net);
    Set<String> wide = wide(net);
    return new NetCost(
        parameters,
        counter.flops,
        peak(net, name -> 4 * counter.extents.get(name).size()),
        peak(net, name -> (wide.contains(name) ? 4 : 1) * counter.extents.get(name).size()));
  }

  /** The size of every node's value, by name. */
  static Map<String, Extent> extents(Net net) {
    return Map.copyOf(counter(net).extents);
  }

  private static Counter counter(Net net) {
    Counter counter = new Counter();
    net.run(counter, net.input());
    counter.extents.put(net.source(), net.input());
    return counter;
  }

  /** Parameters at their width plus the peak of activations, in bytes. */
  public long memoryBytes(Precision precision) {
    // Float16 is what the file has; it is widened when the model is loaded.
    return precision == Precision.INT8
        ? parameters + peakInt8ActivationBytes
        : 4 * parameters + peakActivationBytes;
  }

  /** The values that stay float32 in an int8 graph, by name. */
  private static Set<String> wide(Net net) {
    Set<String> convolved = new HashSet<>();
    Set<String> wide = new HashSet<>(Set.of(net.source()));
    for (Node node : net.nodes()) {
      if (node instanceof Node.Conv
          || (node instanceof Node.MaxPool pool && convolved.contains(pool.input()))) {
        convolved.add(node.name());
      } else if (node instanceof Node.BatchNorm norm && !convolved.contains(norm.input())) {
        wide.add(node.name());
      }
    }
    return wide;
  }

  private static long peak(Net net, ToLongFunction<String> bytes) {
    Set<String> live = new HashSet<>(Set.of(net.source()));
    long peak = 0;
    for (int i = 0; i < net.nodes().size(); i++) {
      live.add(net.nodes().get(i).name());
      peak = Math.max(peak, live.stream().mapToLong(bytes).sum());
      live.retainAll(neededAfter(net, i));
    }
    return peak;
  }

  private static Set<String> neededAfter(Net net, int index) {
    Set<String> needed = new HashSet<>(net.outputs());
    List<Node> rest = net.nodes().subList(index + 1, net.nodes().size());
    rest.forEach(node -> needed.addAll(node.inputs()));
    return needed;
  }

  private static final class Counter implements Operations<Extent> {
    private final Map<String, Extent> extents = new HashMap<>();
    private long flops;

    private Extent made(Node node, Extent extent, long operations) {
      flops += operations;
      extents.put(node.name(), extent);
      return extent;
    }

    @Override
    public Extent conv(Node.Conv node, Extent input) {
      int height = (input.height() + node.stride() - 1) / node.stride();
      int width = (input.width() + node.stride() - 1) / node.stride();
      Extent out = new Extent(node.out(), height, width);
      long perValue = 2L * node.kernel() * node.kernel() * (node.in() / node.groups());
      return made(node, out, perValue * out.size());
    }

    @Override
    public Extent whiten(Node.Whiten node, Extent input) {
      int lost = node.kernel() - 1;
      Extent out = new Extent(node.out(), input.height() - lost, input.width() - lost);
      long perValue = 2L * node.kernel() * node.kernel() * node.in() + 1;
      return made(node, out, perValue * out.size());
    }

    @Override
    public Extent maxPool(Node.MaxPool node, Extent input) {
      int size = node.size();
      Extent out = new Extent(input.channels(), input.height() / size, input.width() / size);
      return made(node, out, (long) size * size * out.size());
    }

    @Override
    public Extent batchNorm(Node.BatchNorm node, Extent input) {
      return made(node, input, 2 * input.size());
    }

    @Override
    public Extent relu(Node.Relu node, Extent input) {
      return made(node, input, input.size());
    }

    @Override
    public Extent add(Node.Add node, Extent left, Extent right) {
      return made(node, left, left.size());
    }

    @Override
    public Extent globalPool(Node.GlobalPool node, Extent input) {
      return made(node, new Extent(input.channels(), 1, 1), input.size());
    }

    @Override
    public Extent linear(Node.Linear node, Extent input) {
      return made(node, new Extent(node.out(), 1, 1), 2L * node.in() * node.out());
    }
  }
}
