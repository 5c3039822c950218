package io.coterie.planner.placement;

import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Tries every way in which boards could join weakened groups, giving up what they hosted or not,
 * while all other boards go on and every group keeps its student.
 */
final class Joins {
  private final int k;
  private final List<Device> boards;
  private final double target;
  private final long[] bytes;
  private final List<int[]> options = new ArrayList<>();

  Joins(Manifest manifest, Plan plan, List<Device> boards, Set<Integer> weak, double target) {
    this.k = plan.k();
    this.boards = boards;
    this.target = target;
    bytes = new long[k];
    int open = weak.stream().mapToInt(p -> 1 << p).sum();
    for (PlannedPartition planned : plan.partitions()) {
      bytes[planned.partition()] =
          manifest
              .partitioning(Strategy.ROCOIN, k)
              .orElseThrow()
              .partitions()
              .get(planned.partition())
              .students()
              .stream()
              .filter(student -> student.name().equals(planned.student()))
              .findFirst()
              .orElseThrow()
              .memoryBytes();
    }
    for (Device board : boards) {
      int before =
          plan.partitions().stream()
              .filter(planned -> planned.members().contains(board.id()))
              .mapToInt(planned -> 1 << planned.partition())
              .sum();
      options.add(options(board, before, open));
    }
  }

  private int[] options(Device board, int before, int open) {
    return java.util.stream.IntStream.range(0, 1 << k)
        .filter(bits -> bits == before || ((bits & ~before & open) != 0 && fits(board, bits)))
        .filter(bits -> (bits & ~before & ~open) == 0)
        .toArray();
  }

  private boolean fits(Device board, int bits) {
    long sum = 0;
    for (int p = 0; p < k; p++) {
      sum += (bits >> p & 1) * bytes[p];
    }
    return sum <= board.memoryBytes();
  }

  boolean areEnough() {
    double[] allFail = new double[k];
    java.util.Arrays.fill(allFail, 1);
    return areEnough(0, allFail);
  }

  private boolean areEnough(int board, double[] allFail) {
    if (board == boards.size()) {
      return java.util.Arrays.stream(allFail)
          .allMatch(fail -> fail < 1 && 1 - fail >= target - 1e-12);
    }
    for (int bits : options.get(board)) {
      double[] next = allFail.clone();
      for (int p = 0; p < k; p++) {
        next[p] *= (bits >> p & 1) == 1 ? boards.get(board).failureProbability() : 1;
      }
      if (areEnough(board + 1, next)) {
        return true;
      }
    }
    return false;
  }
}
