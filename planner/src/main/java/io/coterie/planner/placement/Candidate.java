package io.coterie.planner.placement;

/**
 * A layout with its predicted qualities. Whoever holds a candidate must not change its layout.
 *
 * @param latencies per partition, seconds; 0 where nobody hosts it
 * @param latencySeconds the slowest group's
 * @param success probability that all portions arrive
 * @param accuracy expected, in [0, 1]
 * @param rank complete 4 + in time 2 + success target met 1; below 0 over the replica budget
 */
record Candidate(
    Layout layout,
    double[] latencies,
    double latencySeconds,
    double success,
    double accuracy,
    int rank) {
  /** Expected accuracies closer than this (0.1 points) count as equal; ours. */
  static final double LIKE_ACCURACY = 0.001;

  /** Another plan must be faster by this fraction to move boards; ours. */
  private static final double WORTH_MOVING_FRACTION = 0.2;

  static final int COMPLETE = 4;
  static final int IN_TIME = 2;
  static final int TARGET_MET = 1;
  static final int PERFECT = COMPLETE + IN_TIME + TARGET_MET;
  static final int OVER_BUDGET = -8;

  boolean isClearlyFasterThan(Candidate other) {
    return latencySeconds < other.latencySeconds * (1 - WORTH_MOVING_FRACTION);
  }

  boolean has(int quality) {
    return rank >= 0 && (rank & quality) == quality;
  }
}
