package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.cost.Reliability;
import java.util.Arrays;

/**
 * Lets idle boards join the group where each helps most (rules ours): that with the highest
 * expected accuracy then, among like ones the lowest latency. A board that would only spoil the
 * plan stays idle: one that would miss the deadline, that would slow a plan whose goal is latency,
 * or that the replica budget does not cover.
 */
final class Enlisting {
  private static final double ROUNDING = 1e-12;

  private final Evaluator evaluator;
  private final CostTable table;
  private final Layout layout;
  private final double[] latencies;
  private final double limit;
  private double[] present;

  Enlisting(Evaluator evaluator, Layout layout) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
    this.layout = layout;
    latencies = evaluator.latencies(layout);
    present = evaluator.present(layout);
    double slowest = Arrays.stream(latencies).max().orElse(0);
    Objective objective = evaluator.objective();
    boolean late = slowest > objective.deadlineSeconds();
    limit =
        objective.goal() == PlacementGoal.LATENCY || late
            ? slowest * (1 + ROUNDING)
            : objective.deadlineSeconds();
  }

  /** Changes the layout; whether it did. */
  boolean run() {
    boolean changed = false;
    int left = evaluator.objective().instancesAllowed() - layout.instances();
    for (int board = 0; board < table.boards() && left > 0; board++) {
      if (layout.isIdle(board) && enlist(board)) {
        changed = true;
        left--;
      }
    }
    return changed;
  }

  private boolean enlist(int board) {
    int chosen = -1;
    double chosenAccuracy = 0;
    double chosenLatency = 0;
    for (int p = 0; p < table.k(); p++) {
      if (!layout.isHosted(p) || !layout.canJoin(board, p)) {
        continue;
      }
      double latency = latencyWith(board, p);
      if (latency > limit) {
        continue;
      }
      double accuracy = accuracyWith(board, p);
      double gain = accuracy - chosenAccuracy;
      boolean alike = Math.abs(gain) <= Candidate.LIKE_ACCURACY / 10;
      boolean better = alike ? latency < chosenLatency * (1 - ROUNDING) : gain > 0;
      if (chosen < 0 || better) {
        chosen = p;
        chosenAccuracy = accuracy;
        chosenLatency = latency;
      }
    }
    if (chosen >= 0) {
      layout.add(board, chosen, layout.student(chosen));
      latencies[chosen] = groupLatencyWith(board, chosen, false);
      Reliability.add(present, 1 << chosen, table.fails(board));
    }
    return chosen >= 0;
  }

  private double latencyWith(int board, int partition) {
    double latency = groupLatencyWith(board, partition, true);
    for (int p = 0; p < latencies.length; p++) {
      latency = p == partition ? latency : Math.max(latency, latencies[p]);
    }
    return latency;
  }

  private double groupLatencyWith(int board, int partition, boolean trial) {
    if (evaluator.objective().reading() == LatencyReading.ALL) {
      int student = layout.student(partition);
      return Math.max(latencies[partition], table.seconds(board, partition, student));
    }
    if (!trial) {
      return evaluator.latencies(layout)[partition];
    }
    layout.add(board, partition, layout.student(partition));
    double latency = evaluator.latencies(layout)[partition];
    layout.remove(board, partition);
    return latency;
  }

  private double accuracyWith(int board, int partition) {
    double[] with = present.clone();
    Reliability.add(with, 1 << partition, table.fails(board));
    return evaluator.accuracy(layout, with);
  }
}
