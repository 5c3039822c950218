package io.coterie.cli;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a fleet computes an answer together, and when frames leave early. */
public final class ExitOption {
  @Option(
      names = "--strategy",
      paramLabel = "STRATEGY",
      defaultValue = "rocoin",
      description =
          "rocoin, or distree: answers from the first of several exits that is good enough"
              + " (default: ${DEFAULT-VALUE}). --exit-…, --latency-target and --max-accuracy-loss"
              + " are for distree")
  private Strategy strategy;

  @Mixin private ExitBudgetOption budget;

  @Option(
      names = "--latency-target",
      paramLabel = "TIME",
      description =
          "within the budget, leave as late as keeps 95 %% of the frames under this, such as 30ms"
              + " (default: as early as the budget allows)")
  private Duration latencyTarget;

  @Option(
      names = "--exit-threshold",
      paramLabel = "X",
      description = "a fixed threshold instead of the budget's; 0 runs every frame to the end")
  private Double threshold;

  /**
   * The wish with this strategy.
   *
   * @throws CommandException if the options do not fit together or one is out of its range
   */
  DeploymentSpec apply(DeploymentSpec wish) {
    List<String> given = given();
    if (strategy != Strategy.DISTREE && !given.isEmpty()) {
      throw new CommandException(
          String.join(" and ", given)
              + ": for the strategy distree only; add --strategy distree or leave it out");
    }
    if (threshold != null && latencyTarget != null) {
      throw new CommandException(
          "--exit-threshold "
              + threshold
              + " and --latency-target "
              + latencyTarget
              + ": a fixed threshold cannot follow a latency; leave one of them out");
    }
    if (latencyTarget != null && latencyTarget.ms() == 0) {
      throw new CommandException("--latency-target must be above 0, such as 30ms: 0");
    }
    Double targetMs = latencyTarget == null ? null : (double) latencyTarget.ms();
    return wish.withStrategy(strategy, budget.rule(threshold, targetMs));
  }

  private List<String> given() {
    List<String> given = new ArrayList<>(budget.given());
    if (latencyTarget != null) {
      given.add("--latency-target");
    }
    if (threshold != null) {
      given.add("--exit-threshold");
    }
    return given;
  }
}
