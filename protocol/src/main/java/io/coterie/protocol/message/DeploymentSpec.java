package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;

/**
 * What a user wants to run; retained.
 *
 * @param bundle digest of the bundle's manifest
 * @param strategy how the fleet computes an answer together
 * @param deadlineMs time from a frame's arrival to its answer, 1 to 60,000
 * @param successProbability probability in [0, 1) with which every group must give its portion
 * @param portions how portions travel; float32 where it is not said
 * @param goal what the best plan is; accuracy where it is not said
 * @param replicaBudget with the goal replicas how many students all boards together may host, > 0
 * @param exitRule when frames leave early; does not count for rocoin
 * @param pipeline how a pipeline is run; counts for mdi-exit only
 * @param hedgeMs how long a standby fuser waits for the result of the one that answers, 0 to
 *     60,000; 300 where it is not said; does not count for mdi-exit
 * @param paused whether it waits until it is wanted again: boards are free, frames expire
 * @param rollout how another bundle takes the place of the one that runs; at once where it is not
 *     said
 */
public record DeploymentSpec(
    String bundle,
    Strategy strategy,
    long deadlineMs,
    double successProbability,
    PortionEncoding portions,
    Goal goal,
    int replicaBudget,
    ExitRule exitRule,
    PipelineRule pipeline,
    Long hedgeMs,
    boolean paused,
    RolloutRule rollout) {
  /** The longest deadline. */
  static final long LONGEST_MS = 60_000;

  private static final long HEDGE_MS = 300;

  /** What the best plan is, among those that keep the deadline and the success probability. */
  public enum Goal {
    /** The highest expected accuracy. */
    @SerializedName("accuracy")
    ACCURACY,
    /** The lowest latency. */
    @SerializedName("latency")
    LATENCY,
    /** The highest success with a limited number of students. */
    @SerializedName("replicas")
    REPLICAS
  }

  public DeploymentSpec {
    goal = goal == null ? Goal.ACCURACY : goal;
    if (goal == Goal.REPLICAS) {
      Check.positive(replicaBudget, "replicaBudget");
    }
    portions = portions == null ? PortionEncoding.FLOAT32 : portions;
    Digest.check(bundle, "bundle");
    if (strategy == null) {
      throw new IllegalArgumentException(
          "unknown strategy (there are rocoin, distree and mdi-exit)");
    }
    boolean pipelined = strategy == Strategy.MDI_EXIT;
    if (exitRule == null) {
      exitRule = pipelined ? ExitRule.ofPipelines() : ExitRule.standard();
    }
    pipeline = pipeline == null ? PipelineRule.standard() : pipeline;
    if (pipelined && (exitRule.policy().comparesExits() || exitRule.target().isPresent())) {
      throw new IllegalArgumentException(
          "mdi-exit judges one exit at a time and keeps queues short, not latencies:"
              + " policy must be max-softmax or entropy, without a latency target: "
              + exitRule);
    }
    if (deadlineMs < 1 || deadlineMs > LONGEST_MS) {
      throw new IllegalArgumentException("must be 1 to 60000: deadlineMs=" + deadlineMs);
    }
    hedgeMs = hedgeMs == null ? HEDGE_MS : hedgeMs;
    rollout = rollout == null ? RolloutRule.AT_ONCE : rollout;
    if (hedgeMs < 0 || hedgeMs > LONGEST_MS) {
      throw new IllegalArgumentException("must be 0 to 60000: hedgeMs=" + hedgeMs);
    }
    Check.fraction(successProbability, "successProbability");
    if (successProbability == 1) {
      throw new IllegalArgumentException("must be < 1: successProbability=1");
    }
  }

  /** The highest accuracy, portions as float32. */
  public static DeploymentSpec rocoin(String bundle, long deadlineMs, double successProbability) {
    return new DeploymentSpec(
        bundle,
        Strategy.ROCOIN,
        deadlineMs,
        successProbability,
        PortionEncoding.FLOAT32,
        Goal.ACCURACY,
        0,
        null,
        null,
        null,
        false,
        null);
  }

  /** The same with another deadline and another probability that every group answers. */
  public DeploymentSpec withObjectives(long newDeadlineMs, double newSuccessProbability) {
    return new DeploymentSpec(
        bundle,
        strategy,
        newDeadlineMs,
        newSuccessProbability,
        portions,
        goal,
        replicaBudget,
        exitRule,
        pipeline,
        hedgeMs,
        paused,
        rollout);
  }

  /** The same with portions that travel otherwise. */
  public DeploymentSpec withPortions(PortionEncoding other) {
    return new DeploymentSpec(
        bundle,
        strategy,
        deadlineMs,
        successProbability,
        other,
        goal,
        replicaBudget,
        exitRule,
        pipeline,
        hedgeMs,
        paused,
        rollout);
  }

  /** The same with another goal; {@code budget} counts for replicas only. */
  public DeploymentSpec withGoal(Goal other, int budget) {
    return new DeploymentSpec(
        bundle,
        strategy,
        deadlineMs,
        successProbability,
        portions,
        other,
        budget,
        exitRule,
        pipeline,
        hedgeMs,
        paused,
        rollout);
  }

  /** The same for another strategy; the rule does not count for rocoin. */
  public DeploymentSpec withStrategy(Strategy other, ExitRule rule) {
    return new DeploymentSpec(
        bundle,
        other,
        deadlineMs,
        successProbability,
        portions,
        goal,
        replicaBudget,
        rule,
        pipeline,
        hedgeMs,
        paused,
        rollout);
  }

  /** The same with another way to run a pipeline. */
  public DeploymentSpec withPipeline(PipelineRule other) {
    return new DeploymentSpec(
        bundle,
        strategy,
        deadlineMs,
        successProbability,
        portions,
        goal,
        replicaBudget,
        exitRule,
        other,
        hedgeMs,
        paused,
        rollout);
  }

  /** The same with another time that a standby fuser waits. */
  public DeploymentSpec withHedgeMs(long other) {
    return new DeploymentSpec(
        bundle,
        strategy,
        deadlineMs,
        successProbability,
        portions,
        goal,
        replicaBudget,
        exitRule,
        pipeline,
        other,
        paused,
        rollout);
  }

  /** The same, to be carried out or not. */
  public DeploymentSpec withPaused(boolean now) {
    return new DeploymentSpec(
        bundle,
        strategy,
        deadlineMs,
        successProbability,
        portions,
        goal,
        replicaBudget,
        exitRule,
        pipeline,
        hedgeMs,
        now,
        rollout);
  }

  /** The same with another way for a bundle to take the place of the one that runs. */
  public DeploymentSpec withRollout(RolloutRule other) {
    return new DeploymentSpec(
        bundle,
        strategy,
        deadlineMs,
        successProbability,
        portions,
        goal,
        replicaBudget,
        exitRule,
        pipeline,
        hedgeMs,
        paused,
        other);
  }

  /** The same with another bundle, and what depends on it: the strategy and its rules. */
  public DeploymentSpec withBundleOf(DeploymentSpec other) {
    return new DeploymentSpec(
        other.bundle,
        other.strategy,
        deadlineMs,
        successProbability,
        portions,
        goal,
        replicaBudget,
        other.exitRule,
        other.pipeline,
        hedgeMs,
        paused,
        rollout);
  }

  /**
   * The spec under which a bundle that is only known by its plan may have run: the same but for
   * what another bundle or strategy does not have.
   */
  public DeploymentSpec ran(String other, Strategy by) {
    return new DeploymentSpec(
        other,
        by,
        deadlineMs,
        successProbability,
        portions,
        goal,
        replicaBudget,
        by == strategy ? exitRule : null,
        null,
        hedgeMs,
        paused,
        rollout);
  }
}
