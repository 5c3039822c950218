package io.coterie.cli;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Strategy;
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
              + " entropy (default: feature-difference, with mdi-exit max-softmax)")
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
    return given;
  }

  /** Of those that the user gave, the names of the options that are for distree only. */
  List<String> givenOfDistree() {
    return mode == null ? List.of() : List.of("--exit-mode");
  }

  /** The rule that leaves as early as the budget allows. */
  public ExitRule rule() {
    return rule(Strategy.DISTREE, null, null);
  }

  /**
   * The rule.
   *
   * @param strategy decides which policy is the default
   * @param threshold a fixed one, or null for the budget's
   * @param latencyTargetMs what 95 % of the frames are to keep, > 0, or null for none
   * @throws CommandException if a value is out of its range
   */
  ExitRule rule(Strategy strategy, Double threshold, Double latencyTargetMs) {
    double points = maxLossPoints == null ? STANDARD_LOSS_POINTS : maxLossPoints;
    if (!(points >= 0 && points <= 100)) {
      throw new CommandException(
          "--max-accuracy-loss must be 0 to 100 percentage points, such as 0.5: " + points);
    }
    boolean pipeline = strategy == Strategy.MDI_EXIT && policy == null;
    ExitPolicy chosen = pipeline ? ExitRule.ofPipelines().policy() : policy;
    try {
      return new ExitRule(chosen, threshold, points / 100, latencyTargetMs, mode);
    } catch (IllegalArgumentException e) {
      throw new CommandException("--exit-threshold: " + e.getMessage());
    }
  }
}
