package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.json.Check;
import java.util.Optional;

/**
 * When frames may leave before the last exit (strategies distree and mdi-exit).
 *
 * @param policy feature-difference where it is not said
 * @param threshold a fixed one; without it the bundle's table gives it for the budget
 * @param maxAccuracyLoss how much less accurate than running to the end, in [0, 1]
 * @param latencyTargetMs within the budget, leave as late as keeps 95 % of the frames under this;
 *     without it, as early as the budget allows; > 0
 * @param mode continue where it is not said; counts for distree only
 */
public record ExitRule(
    ExitPolicy policy,
    Double threshold,
    double maxAccuracyLoss,
    Double latencyTargetMs,
    Mode mode) {
  /** What boards do while the answer of an exit is judged. */
  public enum Mode {
    /** They go on computing until they are stopped. */
    @SerializedName("continue")
    CONTINUE,
    /** They wait for the decision: nothing is computed in vain, and later exits answer later. */
    @SerializedName("wait")
    WAIT
  }

  public ExitRule {
    policy = policy == null ? ExitPolicy.FEATURE_DIFFERENCE : policy;
    mode = mode == null ? Mode.CONTINUE : mode;
    if (threshold != null) {
      policy.checkThreshold(threshold);
    }
    Check.fraction(maxAccuracyLoss, "maxAccuracyLoss");
    if (latencyTargetMs != null) {
      Check.positive(latencyTargetMs, "latencyTargetMs");
    }
    if (threshold != null && latencyTargetMs != null) {
      throw new IllegalArgumentException(
          "a fixed threshold cannot follow a latency target: threshold=%s latencyTargetMs=%s"
              .formatted(threshold, latencyTargetMs));
    }
  }

  /** Half a point of accuracy for as little computation as that allows. */
  public static ExitRule standard() {
    return new ExitRule(null, null, 0.005, null, null);
  }

  /** The same for segments of a pipeline: by the largest probability (arXiv 2408.05247). */
  public static ExitRule ofPipelines() {
    return new ExitRule(ExitPolicy.MAX_SOFTMAX, null, 0.005, null, null);
  }

  /**
   * The point at which this rule works by a table: with a fixed threshold the nearest one measured
   * at or below it, else the earliest exits that keep the budget. A latency target leaves no
   * earlier than this.
   */
  public OperatingPoint point(ExitTable table) {
    return threshold == null ? table.cheapest(maxAccuracyLoss) : table.atOrBelow(threshold);
  }

  /** The latency that 95 % of the frames are to keep, if there is one. */
  public Optional<Double> target() {
    return Optional.ofNullable(latencyTargetMs);
  }
}
