package io.coterie.cli;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a fleet computes an answer together, and when frames leave early. */
public final class ExitOption {
  @Option(
      names = "--strategy",
      paramLabel = "STRATEGY",
      defaultValue = "rocoin",
      description =
          "rocoin; distree: students with several exits, the first that is good enough answers; or"
              + " mdi-exit: boards hand each frame on from segment to segment of one network with"
              + " exits (default: ${DEFAULT-VALUE}). --exit-… and --max-accuracy-loss are for the"
              + " last two, --exit-mode and --latency-target for distree")
  private Strategy strategy;

  @Mixin private ExitBudgetOption budget;
  @Mixin private PipelineOption pipeline;

  @Option(
      names = "--latency-target",
      paramLabel = "TIME",
      description =
          "within the budget, leave as late as keeps 95 %% of the frames under this, such as 30ms"
              + " (default: as early as the budget allows)")
  private DurationArgument latencyTarget;

  @Option(
      names = "--exit-threshold",
      paramLabel = "X",
      description = "a fixed threshold instead of the budget's; 0 runs every frame to the end")
  private Double threshold;

  /**
   * The spec with this strategy.
   *
   * @throws CommandException if the options do not fit together or one is out of its range
   */
  DeploymentSpec apply(DeploymentSpec spec) {
    checkStrategy(pipeline.given(), List.of(Strategy.MDI_EXIT));
    checkStrategy(budget.given(), List.of(Strategy.DISTREE, Strategy.MDI_EXIT));
    checkStrategy(ofThreshold(), List.of(Strategy.DISTREE, Strategy.MDI_EXIT));
    checkStrategy(ofDistree(), List.of(Strategy.DISTREE));
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
    try {
      return spec.withStrategy(strategy, budget.rule(strategy, threshold, targetMs))
          .withPipeline(pipeline.rule());
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /** The number of boards that the topology names, such as 3 in mesh3. */
  OptionalInt boards() {
    return pipeline.boards();
  }

  private void checkStrategy(List<String> given, List<Strategy> fitting) {
    if (!fitting.contains(strategy) && !given.isEmpty()) {
      String names = fitting.stream().map(Strategy::text).collect(Collectors.joining(" or "));
      throw new CommandException(
          "%s: for the strategy %s only; add --strategy %s or leave it out"
              .formatted(String.join(" and ", given), names, fitting.get(0).text()));
    }
  }

  private List<String> ofThreshold() {
    return threshold == null ? List.of() : List.of("--exit-threshold");
  }

  private List<String> ofDistree() {
    List<String> given = new ArrayList<>(budget.givenOfDistree());
    if (latencyTarget != null) {
      given.add("--latency-target");
    }
    return given;
  }
}
