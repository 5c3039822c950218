package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.json.Json;

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
 * @param generation what its author calls this version of the spec, 1 to 64 characters; another one
 *     for every version, so that a plan can say which it answers; absent where its author does not
 *     care
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
    RolloutRule rollout,
    String generation) {
  /** The longest deadline. */
  public static final long LONGEST_MS = 60_000;

  /** With a shorter hedge delay, every pause of a machine looks like a loss. */
  private static final long SHORTEST_HEDGE_MS = 20;

  private static final long HEDGE_MS = 300;

  private static final int LONGEST_GENERATION = 64;

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
    hedgeMs = hedgeMs == null ? HEDGE_MS : readHedgeMs(hedgeMs);
    rollout = rollout == null ? RolloutRule.AT_ONCE : rollout;
    if (generation != null && (generation.isBlank() || generation.length() > LONGEST_GENERATION)) {
      throw new IllegalArgumentException("must be 1 to 64 characters: generation=" + generation);
    }
    Check.fraction(successProbability, "successProbability");
    if (successProbability == 1) {
      throw new IllegalArgumentException("must be < 1: successProbability=1");
    }
  }

  /** A hedge delay as it is read: what others retained may be shorter than is allowed now. */
  static long readHedgeMs(long hedgeMs) {
    Check.range(hedgeMs, 0, LONGEST_MS, "hedgeMs");
    return hedgeMs == 0 ? 0 : Math.max(SHORTEST_HEDGE_MS, hedgeMs);
  }

  /**
   * Returns the hedge delay if somebody may choose it.
   *
   * @throws IllegalArgumentException otherwise
   */
  public static long checkHedgeMs(long hedgeMs) {
    if (hedgeMs != 0) {
      String field = "hedgeMs (0 for no hedge; below 20 every pause looks like a loss)";
      Check.range(hedgeMs, SHORTEST_HEDGE_MS, LONGEST_MS, field);
    }
    return hedgeMs;
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
        null,
        null);
  }

  /**
   * What a plan that answers this spec gives as its generation: the author's name for it, or, where
   * there is none, a digest of all its fields. A digest is the same for the same release of Coterie
   * only; whoever waits for an answer gives the spec a generation.
   */
  public String identity() {
    return generation == null ? Digest.of(Json.bytes(this)) : generation;
  }

  /**
   * A spec that is made from this one. It has no generation until it is given one, for it is
   * another version.
   */
  private Builder but() {
    return new Builder(this);
  }

  /** The same with another deadline and another probability that every group answers. */
  public DeploymentSpec withObjectives(long newDeadlineMs, double newSuccessProbability) {
    Builder next = but();
    next.deadlineMs = newDeadlineMs;
    next.successProbability = newSuccessProbability;
    return next.build();
  }

  /** The same with portions that travel otherwise. */
  public DeploymentSpec withPortions(PortionEncoding other) {
    Builder next = but();
    next.portions = other;
    return next.build();
  }

  /** The same with another goal; {@code budget} counts for replicas only. */
  public DeploymentSpec withGoal(Goal other, int budget) {
    Builder next = but();
    next.goal = other;
    next.replicaBudget = budget;
    return next.build();
  }

  /** The same for another strategy; the rule does not count for rocoin. */
  public DeploymentSpec withStrategy(Strategy other, ExitRule rule) {
    Builder next = but();
    next.strategy = other;
    next.exitRule = rule;
    return next.build();
  }

  /** The same with another way to run a pipeline. */
  public DeploymentSpec withPipeline(PipelineRule other) {
    Builder next = but();
    next.pipeline = other;
    return next.build();
  }

  /** The same with another time that a standby fuser waits: 20 to 60,000 ms, or 0 for none. */
  public DeploymentSpec withHedgeMs(long other) {
    Builder next = but();
    next.hedgeMs = checkHedgeMs(other);
    return next.build();
  }

  /** The same, to be carried out or not. */
  public DeploymentSpec withPaused(boolean now) {
    Builder next = but();
    next.paused = now;
    return next.build();
  }

  /** The same with another way for a bundle to take the place of the one that runs. */
  public DeploymentSpec withRollout(RolloutRule other) {
    Builder next = but();
    next.rollout = other;
    return next.build();
  }

  /** The same as a version with a name of its own. */
  public DeploymentSpec withGeneration(String name) {
    Builder next = but();
    next.generation = name;
    return next.build();
  }

  /**
   * The same version with another bundle, and what depends on it: the strategy and its rules. It is
   * what an orchestrator carries out while the bundle that is wanted has not proved itself.
   */
  public DeploymentSpec withBundleOf(DeploymentSpec other) {
    Builder next = but();
    next.generation = generation;
    next.bundle = other.bundle;
    next.strategy = other.strategy;
    next.exitRule = other.exitRule;
    next.pipeline = other.pipeline;
    return next.build();
  }

  /**
   * The spec under which a bundle that is only known by its plan may have run: the same but for
   * what another bundle or strategy does not have.
   */
  public DeploymentSpec ran(String other, Strategy by) {
    Builder next = but();
    next.bundle = other;
    next.strategy = by;
    next.exitRule = by == strategy ? exitRule : null;
    next.pipeline = null;
    return next.build();
  }

  /** The fields of the next version. */
  private static final class Builder {
    private String bundle;
    private Strategy strategy;
    private long deadlineMs;
    private double successProbability;
    private PortionEncoding portions;
    private Goal goal;
    private int replicaBudget;
    private ExitRule exitRule;
    private PipelineRule pipeline;
    private Long hedgeMs;
    private boolean paused;
    private RolloutRule rollout;
    private String generation;

    Builder(DeploymentSpec spec) {
      bundle = spec.bundle;
      strategy = spec.strategy;
      deadlineMs = spec.deadlineMs;
      successProbability = spec.successProbability;
      portions = spec.portions;
      goal = spec.goal;
      replicaBudget = spec.replicaBudget;
      exitRule = spec.exitRule;
      pipeline = spec.pipeline;
      hedgeMs = spec.hedgeMs;
      paused = spec.paused;
      rollout = spec.rollout;
    }

    DeploymentSpec build() {
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
          rollout,
          generation);
    }
  }
}
