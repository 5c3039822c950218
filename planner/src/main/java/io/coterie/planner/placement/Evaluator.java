package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.cost.Reliability;

/** Predicts latency, success and expected accuracy of layouts of one partitioning. */
final class Evaluator {
  private final CostTable table;
  private final Objective objective;
  private final double[] fails;

  Evaluator(CostTable table, Objective objective) {
    this.table = table;
    this.objective = objective;
    fails = new double[table.boards()];
    for (int board = 0; board < fails.length; board++) {
      fails[board] = table.fails(board);
    }
  }

  Objective objective() {
    return objective;
  }

  CostTable table() {
    return table;
  }

  /** The candidate keeps the layout: change a copy. */
  Candidate evaluate(Layout layout) {
    double[] latencies = latencies(layout);
    double slowest = max(latencies);
    double[] present = present(layout);
    return new Candidate(
        layout,
        latencies,
        slowest,
        present[present.length - 1],
        accuracy(layout, present),
        rank(layout, slowest));
  }

  private int rank(Layout layout, double slowest) {
    boolean complete = layout.isComplete();
    boolean inTime = layout.instances() > 0 && slowest <= objective.deadlineSeconds();
    return (complete ? Candidate.COMPLETE : 0)
        + (inTime ? Candidate.IN_TIME : 0)
        + (complete && meetsTarget(layout) ? Candidate.TARGET_MET : 0)
        + (layout.instances() > objective.instancesAllowed() ? Candidate.OVER_BUDGET : 0);
  }

  boolean meets(double allFail) {
    return Reliability.meets(allFail, objective.successTarget());
  }

  boolean meetsTarget(Layout layout) {
    for (double allFail : allFail(layout)) {
      if (!meets(allFail)) {
        return false;
      }
    }
    return true;
  }

  /** Per partition the probability that all boards that host it fail; 1 where none does. */
  double[] allFail(Layout layout) {
    double[] allFail = new double[table.k()];
    java.util.Arrays.fill(allFail, 1);
    for (int board = 0; board < fails.length; board++) {
      for (int bits = layout.hosted(board); bits != 0; bits &= bits - 1) {
        allFail[Integer.numberOfTrailingZeros(bits)] *= fails[board];
      }
    }
    return allFail;
  }

  /** Probability of every pattern of present portions. */
  double[] present(Layout layout) {
    return Reliability.presentDistribution(table.k(), layout.hosted(), fails);
  }

  /**
   * Expected accuracy: over all patterns, probability x accuracy of the mix of students, which is
   * the mean over the present partitions as in {@code Partitioning.validationAccuracy}.
   */
  double accuracy(Layout layout, double[] present) {
    double expected = 0;
    for (int p = 0; p < table.k(); p++) {
      if (layout.isHosted(p)) {
        expected += worth(p, layout.student(p), present);
      }
    }
    return expected;
  }

  /** What a partition's student adds to the expected accuracy. */
  double worth(int partition, int student, double[] present) {
    double[] accuracy = table.accuracy(partition, student);
    double sum = 0;
    for (int bits = 1; bits < present.length; bits++) {
      if ((bits >> partition & 1) == 1) {
        sum += present[bits] * accuracy[bits] / Integer.bitCount(bits);
      }
    }
    return sum;
  }

  /** Per partition the group's latency in the requested reading; 0 where nobody hosts it. */
  double[] latencies(Layout layout) {
    double[] latencies = new double[table.k()];
    if (objective.reading() == LatencyReading.ALL) {
      for (int board = 0; board < fails.length; board++) {
        for (int bits = layout.hosted(board); bits != 0; bits &= bits - 1) {
          int p = Integer.numberOfTrailingZeros(bits);
          latencies[p] = Math.max(latencies[p], layout.busySeconds(board));
        }
      }
      return latencies;
    }
    for (int p = 0; p < latencies.length; p++) {
      int[] members = layout.members(p);
      double[] seconds = new double[members.length];
      for (int i = 0; i < members.length; i++) {
        seconds[i] = layout.busySeconds(members[i]);
      }
      latencies[p] = seconds(members, seconds);
    }
    return latencies;
  }

  double latency(Layout layout) {
    return max(latencies(layout));
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** A group's latency in the requested reading. */
  private double seconds(int[] members, double[] seconds) {
    double[] memberFails = new double[members.length];
    for (int i = 0; i < members.length; i++) {
      memberFails[i] = fails[members[i]];
    }
    return objective.reading().seconds(seconds, memberFails);
  }

  /**
   * The group's latency, if its members run only this student; infinite where one lacks the memory.
   */
  double secondsAlone(int partition, int student, int[] members) {
    long bytes = table.bytes(partition, student);
    double[] seconds = new double[members.length];
    for (int i = 0; i < members.length; i++) {
      if (bytes > table.memory(members[i])) {
        return Double.POSITIVE_INFINITY;
      }
      seconds[i] = table.seconds(members[i], partition, student);
    }
    return seconds(members, seconds);
  }
}
