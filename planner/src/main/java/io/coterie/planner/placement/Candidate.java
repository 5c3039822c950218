package io.coterie.planner.placement;

import java.util.Comparator;
import java.util.List;

/**
 * A layout with its predicted qualities.
 *
 * @param latencies per hosted slot in the layout's order, seconds
 * @param rank complete 4 + in time 2 + success target met 1
 */
record Candidate(
    Layout layout,
    List<Double> latencies,
    double latencySeconds,
    double success,
    double accuracy,
    int rank) {
  /** Expected accuracies closer than this (0.1 points) count as equal; ours. */
  static final double LIKE_ACCURACY = 0.001;

  /** Another plan must be faster by this fraction to move boards; ours. */
  private static final double WORTH_MOVING_FRACTION = 0.2;

  /** ... or more accurate by this, one point; ours. */
  private static final double WORTH_MOVING_ACCURACY = 0.01;

  static final int COMPLETE = 4;
  static final int IN_TIME = 2;
  static final int TARGET_MET = 1;
  static final int PERFECT = COMPLETE + IN_TIME + TARGET_MET;

  /**
   * The rule of choice (ours): the highest rank, then the highest expected accuracy, and among like
   * accuracies the lowest latency, then the highest success, then the first.
   *
   * @param candidates at least one
   */
  static Candidate best(List<Candidate> candidates) {
    int rank = candidates.stream().mapToInt(Candidate::rank).max().orElseThrow();
    List<Candidate> ranked = candidates.stream().filter(c -> c.rank == rank).toList();
    double accuracy = ranked.stream().mapToDouble(Candidate::accuracy).max().orElseThrow();
    return ranked.stream()
        .filter(c -> c.accuracy >= accuracy - LIKE_ACCURACY)
        .min(
            Comparator.comparingDouble(Candidate::latencySeconds)
                .thenComparing(Comparator.comparingDouble(Candidate::success).reversed()))
        .orElseThrow();
  }

  boolean isClearlyFasterThan(Candidate other) {
    return latencySeconds < other.latencySeconds * (1 - WORTH_MOVING_FRACTION);
  }

  /** Whether the other plan is not so much better that boards should move. */
  boolean isWorthKeeping(Candidate other) {
    return rank >= other.rank
        && other.accuracy <= accuracy + WORTH_MOVING_ACCURACY
        && !other.isClearlyFasterThan(this);
  }

  boolean has(int quality) {
    return (rank & quality) == quality;
  }
}
