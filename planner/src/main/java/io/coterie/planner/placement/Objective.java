package io.coterie.planner.placement;

import io.coterie.planner.cost.LatencyReading;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.DeploymentSpec;

/**
 * What a plan is to reach.
 *
 * @param goal what the best plan is among those that meet the rest; missing means {@link
 *     PlacementGoal#ACCURACY}
 * @param successTarget p_th in [0, 1]: probability that each group answers; a constraint
 * @param reading what counts as a group's latency
 * @param matching how groups and partitions are matched
 * @param deadlineSeconds predicted latency should stay below, > 0; infinite where there is none
 * @param replicaBudget with {@link PlacementGoal#REPLICAS} the number of students that all boards
 *     together may host, > 0; not read otherwise
 */
public record Objective(
    PlacementGoal goal,
    double successTarget,
    LatencyReading reading,
    MatchingRule matching,
    double deadlineSeconds,
    int replicaBudget) {
  public Objective {
    goal = goal == null ? PlacementGoal.ACCURACY : goal;
    Check.fraction(successTarget, "successTarget");
    Check.present(reading, "reading");
    Check.present(matching, "matching");
    if (!(deadlineSeconds > 0)) {
      throw new IllegalArgumentException("must be > 0: deadlineSeconds=" + deadlineSeconds);
    }
    Check.positive(replicaBudget, "replicaBudget");
  }

  /** The most accurate plan under the target by the worst latency, without a deadline. */
  public static Objective of(double successTarget) {
    return new Objective(
        PlacementGoal.ACCURACY,
        successTarget,
        LatencyReading.ALL,
        MatchingRule.BOTTLENECK,
        Double.POSITIVE_INFINITY,
        Integer.MAX_VALUE);
  }

  /** What a deployment asks for, by the worst latency. */
  public static Objective of(DeploymentSpec spec) {
    Objective objective = of(spec.successProbability()).withDeadline(spec.deadlineMs() / 1e3);
    return switch (spec.goal()) {
      case ACCURACY -> objective;
      case LATENCY -> objective.withGoal(PlacementGoal.LATENCY);
      case REPLICAS -> objective.withReplicaBudget(spec.replicaBudget());
    };
  }

  /** The same with another goal. */
  public Objective withGoal(PlacementGoal other) {
    return new Objective(other, successTarget, reading, matching, deadlineSeconds, replicaBudget);
  }

  /** The same with a deadline, > 0 seconds. */
  public Objective withDeadline(double seconds) {
    return new Objective(goal, successTarget, reading, matching, seconds, replicaBudget);
  }

  /** The same with another reading of a group's latency. */
  public Objective withReading(LatencyReading other) {
    return new Objective(goal, successTarget, other, matching, deadlineSeconds, replicaBudget);
  }

  /** The same with another rule to match groups and partitions. */
  public Objective withMatching(MatchingRule other) {
    return new Objective(goal, successTarget, reading, other, deadlineSeconds, replicaBudget);
  }

  /** The highest success with at most {@code budget} students in all, > 0. */
  public Objective withReplicaBudget(int budget) {
    return new Objective(
        PlacementGoal.REPLICAS, successTarget, reading, matching, deadlineSeconds, budget);
  }

  /** How many students all boards together may host. */
  int instancesAllowed() {
    return goal == PlacementGoal.REPLICAS ? replicaBudget : Integer.MAX_VALUE;
  }

  /** How groups and partitions are matched. */
  public enum MatchingRule {
    /** The slowest group is as fast as can be. */
    BOTTLENECK,
    /** The latencies of all groups together are smallest. */
    SUM
  }
}
