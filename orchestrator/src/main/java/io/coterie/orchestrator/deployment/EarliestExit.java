package io.coterie.orchestrator.deployment;

import io.coterie.planner.placement.ExitPrediction;
import io.coterie.planner.placement.Plan;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Reason;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether the first exit that frames can leave at is predicted to keep a latency target. */
final class EarliestExit {
  private EarliestExit() {}

  /** Why a latency target cannot be kept; empty where it can, or where there is none. */
  static List<Reason> reasons(DeploymentSpec spec, Plan plan, Optional<Partitioning> partitioning) {
    Optional<Double> targetMs = spec.exitRule().target();
    if (spec.strategy() != Strategy.DISTREE || targetMs.isEmpty() || partitioning.isEmpty()) {
      return List.of();
    }
    double earliestMs = predictedMs(spec, plan, partitioning.get());
    return earliestMs <= targetMs.get()
        ? List.of()
        : List.of(
            Reason.of(
                Reason.Code.LATENCY_TARGET_MISSED,
                "latency target %s ms: no exit reaches it, the earliest is predicted at %s ms"
                    .formatted(text(targetMs.get()), text(earliestMs))));
  }

  private static double predictedMs(DeploymentSpec spec, Plan plan, Partitioning partitioning) {
    int exit = Math.min(spec.exitRule().policy().earliestExit(), partitioning.exits().size());
    List<Double> ms = ExitPrediction.ms(plan, partitioning);
    return ms.isEmpty() ? 0 : ms.get(exit - 1);
  }

  private static String text(double ms) {
    return String.format(Locale.ROOT, ms == Math.rint(ms) ? "%.0f" : "%.1f", ms);
  }
}
