package io.coterie.planner.grouping;

import io.coterie.planner.cost.Device;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The boards to group, the strongest first, and how far apart two of them are: the Euclidean
 * distance of (compute, memory, uplink), each divided by its maximum over the boards. In [0, sqrt
 * 3).
 */
final class Likeness {
  private static final Comparator<Device> STRONGEST_FIRST =
      Comparator.comparingDouble(Device::flopsPerSecond).reversed().thenComparing(Device::id);

  /** Place in the given list, by falling compute; the identifier makes the order total. */
  final int[] original;

  /** Failure probabilities, by falling compute. */
  final double[] fails;

  private final double[] compute;
  private final double[] memory;
  private final double[] uplink;

  Likeness(List<Device> boards) {
    int n = boards.size();
    original =
        IntStream.range(0, n)
            .boxed()
            .sorted((a, b) -> STRONGEST_FIRST.compare(boards.get(a), boards.get(b)))
            .mapToInt(b -> b)
            .toArray();
    fails = new double[n];
    compute = new double[n];
    memory = new double[n];
    uplink = new double[n];
    for (int i = 0; i < n; i++) {
      Device board = boards.get(original[i]);
      fails[i] = board.failureProbability();
      compute[i] = board.flopsPerSecond();
      memory[i] = board.memoryBytes();
      uplink[i] = board.uplinkBitsPerSecond();
    }
    divideByMaximum(compute);
    divideByMaximum(memory);
    divideByMaximum(uplink);
  }

  private static void divideByMaximum(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    for (int i = 0; i < values.length && max > 0; i++) {
      values[i] /= max;
    }
  }

  int boards() {
    return fails.length;
  }

  double distance(int a, int b) {
    double c = compute[a] - compute[b];
    double m = memory[a] - memory[b];
    double u = uplink[a] - uplink[b];
    return Math.sqrt(c * c + m * m + u * u);
  }
}
