package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;

/**
 * Which student every group runs, where it is settled which boards are in it (rules ours). The
 * expected accuracy is then a sum over partitions, so each partition's students are compared by
 * what they add to it.
 *
 * <p>For accuracy: the best students that keep memory and deadline, then as fast ones as cost less
 * than {@link Candidate#LIKE_ACCURACY} together. For latency: the fastest, then the most accurate
 * that are no slower. Changes one group's student at a time; where boards host one student each,
 * the groups do not depend on each other and the result is the best there is for these groups.
 */
final class StudentChoice {
  private static final double ROUNDING = 1e-12;

  private final Evaluator evaluator;
  private final CostTable table;
  private final Layout layout;
  private final double[][] worth;
  private final double[][] alone;
  private double[] latencies;

  private StudentChoice(Evaluator evaluator, Layout layout) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
    this.layout = layout;
    worth = new double[table.k()][];
    alone = layout.isStacked() ? null : new double[table.k()][];
    latencies = evaluator.latencies(layout);
    double[] present = evaluator.present(layout);
    for (int p = 0; p < worth.length; p++) {
      worth[p] = new double[table.students(p)];
      int[] members = layout.members(p);
      if (alone != null) {
        alone[p] = new double[table.students(p)];
      }
      for (int s = 0; s < worth[p].length; s++) {
        worth[p][s] = evaluator.worth(p, s, present);
        if (alone != null) {
          alone[p][s] = evaluator.secondsAlone(p, s, members);
        }
      }
    }
  }

  /** Changes the layout's students. */
  static void improve(Evaluator evaluator, Layout layout) {
    new StudentChoice(evaluator, layout).run(evaluator.objective());
  }

  private void run(Objective objective) {
    double deadline = objective.deadlineSeconds();
    boolean latencyFirst = objective.goal() == PlacementGoal.LATENCY;
    if (latencyFirst || max(latencies) > deadline) {
      quicken(Double.NEGATIVE_INFINITY);
    }
    double reached = max(latencies);
    ascend(latencyFirst || reached > deadline ? reached : deadline);
    if (objective.goal() == PlacementGoal.ACCURACY) {
      quicken(total() - Candidate.LIKE_ACCURACY);
    }
  }

  private double total() {
    double total = 0;
    for (int p = 0; p < table.k(); p++) {
      total += layout.isHosted(p) ? worth[p][layout.student(p)] : 0;
    }
    return total;
  }

  /** What one switch would cost in expected accuracy, below 0 for a gain. */
  private double cost(int partition, int student) {
    return worth[partition][layout.student(partition)] - worth[partition][student];
  }

  /** Whether a switch is for the better, given the latencies after it. */
  private interface Test {
    boolean isGood(double[] after);
  }

  /** Takes the switches that add most accuracy within the bound, until there is none. */
  private void ascend(double bound) {
    while (takeCheapest(-ROUNDING, after -> max(after) <= bound)) {
      // Each adds accuracy: it ends.
    }
  }

  /** Makes the slowest group faster at the least cost while enough accuracy is left. */
  private void quicken(double leastAccuracy) {
    while (takeCheapest(total() - leastAccuracy, this::isSlowestFaster)) {
      // Fewer groups are as slow as the slowest: it ends.
    }
  }

  private boolean takeCheapest(double atMost, Test test) {
    int partition = -1;
    int student = -1;
    double cheapest = Double.POSITIVE_INFINITY;
    for (int p = 0; p < table.k(); p++) {
      for (int s = 0; layout.isHosted(p) && s < table.students(p); s++) {
        double cost = cost(p, s);
        if (s != layout.student(p) && cost <= atMost && cost < cheapest) {
          double[] after = after(p, s);
          if (after.length > 0 && test.isGood(after)) {
            partition = p;
            student = s;
            cheapest = cost;
          }
        }
      }
    }
    if (partition >= 0) {
      layout.switchTo(partition, student);
      latencies = evaluator.latencies(layout);
    }
    return partition >= 0;
  }

  /** Whether the slowest group gets faster and none becomes as slow as it was. */
  private boolean isSlowestFaster(double[] after) {
    double before = max(latencies);
    int slowest = 0;
    boolean noneWorse = true;
    for (int p = 0; p < after.length; p++) {
      slowest = latencies[p] > latencies[slowest] ? p : slowest;
      noneWorse &= after[p] < before || after[p] <= latencies[p];
    }
    return noneWorse && after[slowest] < before * (1 - ROUNDING);
  }

  /** All groups' latencies after a switch; empty where a board lacks the memory. */
  private double[] after(int partition, int student) {
    if (alone != null) {
      double seconds = alone[partition][student];
      double[] after = latencies.clone();
      after[partition] = seconds;
      return Double.isInfinite(seconds) ? new double[0] : after;
    }
    if (!layout.canSwitch(partition, student)) {
      return new double[0];
    }
    int before = layout.student(partition);
    layout.switchTo(partition, student);
    double[] after = evaluator.latencies(layout);
    layout.switchTo(partition, before);
    return after;
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }
}
