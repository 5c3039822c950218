package io.coterie.cli;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.message.ExitRule;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What early exits may cost, and what tells that an answer is good enough. */
public final class ExitBudgetOption {
  private static final double STANDARD_LOSS_POINTS = 0.5;

  @Option(
      names = "--max-accuracy-loss",
      paramLabel = "POINTS",
      description =
          "how many percentage points less accurate than running to the end, 0 to 100 (default:"
              + " 0.5)")
  private Double maxLossPoints;

  @Option(
      names = "--exit-policy",
      paramLabel = "POLICY",
      description =
          "what tells that an answer is good enough: feature-difference, cosine, max-softmax or"
              + " entropy (default: feature-difference)")
  private ExitPolicy policy;

  @Option(
      names = "--exit-mode",
      paramLabel = "MODE",
      description =
          "what boards do while an answer is judged: continue until they are stopped, or wait"
              + " (default: continue)")
  private ExitRule.Mode mode;

  /** The names of the options that the user gave. */
  List<String> given() {
    List<String> given = new ArrayList<>();
    if (maxLossPoints != null) {
      given.add("--max-accuracy-loss");
    }
    if (policy != null) {
      given.add("--exit-policy");
    }
    if (mode != null) {
      given.add("--exit-mode");
    }
    return given;
  }

  /** The rule that leaves as early as the budget allows. */
  public ExitRule rule() {
    return rule(null, null);
  }

  /**
   * The rule.
   *
   * @param threshold a fixed one, or null for the budget's
   * @param latencyTargetMs what 95 % of the frames are to keep, > 0, or null for none
   * @throws CommandException if a value is out of its range
   */
  ExitRule rule(Double threshold, Double latencyTargetMs) {
    double points = maxLossPoints == null ? STANDARD_LOSS_POINTS : maxLossPoints;
    if (!(points >= 0 && points <= 100)) {
      throw new CommandException(
          "--max-accuracy-loss must be 0 to 100 percentage points, such as 0.5: " + points);
    }
    try {
      return new ExitRule(policy, threshold, points / 100, latencyTargetMs, mode);
    } catch (IllegalArgumentException e) {
      throw new CommandException("--exit-threshold: " + e.getMessage());
    }
  }
}
