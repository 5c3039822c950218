package io.coterie.planner.placement;

import io.coterie.planner.cost.LatencyReading;
import io.coterie.protocol.json.Check;

/**
 * What a plan is to reach.
 *
 * @param successTarget p_th in [0, 1]: probability that each group answers
 * @param reading what counts as a group's latency
 * @param matching how groups and partitions are matched
 * @param deadlineSeconds predicted latency should stay below, > 0; infinite where there is none
 */
public record Objective(
    double successTarget, LatencyReading reading, MatchingRule matching, double deadlineSeconds) {
  public Objective {
    Check.fraction(successTarget, "successTarget");
    Check.present(reading, "reading");
    Check.present(matching, "matching");
    if (!(deadlineSeconds > 0)) {
      throw new IllegalArgumentException("must be > 0: deadlineSeconds=" + deadlineSeconds);
    }
  }

  /** Minimises the slowest group's worst latency under the target, without a deadline. */
  public static Objective of(double successTarget) {
    return new Objective(
        successTarget, LatencyReading.ALL, MatchingRule.BOTTLENECK, Double.POSITIVE_INFINITY);
  }

  /** How groups and partitions are matched. */
  public enum MatchingRule {
    /** The slowest group is as fast as can be. */
    BOTTLENECK,
    /** The latencies of all groups together are smallest. */
    SUM
  }
}
