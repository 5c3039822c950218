package io.coterie.orchestrator.deployment;

import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.DeploymentSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The first exit that frames can leave at, and when a plan is predicted to reach it. The time to an
 * exit is the part of the plan's latency that its stages are of all floating-point operations
 * (ours: the network's share shrinks with it, which makes the prediction a little too early).
 */
final class EarliestExit {
  private EarliestExit() {}

  /** Why a latency target cannot be kept; empty where it can, or where there is none. */
  static List<String> reasons(DeploymentSpec spec, Plan plan, Optional<Partitioning> partitioning) {
    Optional<Double> targetMs = spec.exitRule().target();
    if (spec.strategy() != Strategy.DISTREE || targetMs.isEmpty() || partitioning.isEmpty()) {
      return List.of();
    }
    double earliestMs = predictedMs(spec, plan, partitioning.get());
    return earliestMs <= targetMs.get()
        ? List.of()
        : List.of(
            "latency target %s ms: no exit reaches it, the earliest is predicted at %s ms"
                .formatted(text(targetMs.get()), text(earliestMs)));
  }

  private static double predictedMs(DeploymentSpec spec, Plan plan, Partitioning partitioning) {
    int exit = Math.min(spec.exitRule().policy().earliestExit(), partitioning.exits().size());
    return plan.partitions().stream()
        .max(Comparator.comparingDouble(PlannedPartition::latencySeconds))
        .map(slowest -> student(slowest, partitioning))
        .map(student -> plan.latencySeconds() * 1e3 * student.flopsTo(exit) / student.flops())
        .orElse(0.0);
  }

  private static Student student(PlannedPartition planned, Partitioning partitioning) {
    return partitioning.partitions().get(planned.partition()).students().stream()
        .filter(student -> student.name().equals(planned.student()))
        .findFirst()
        .orElseThrow();
  }

  private static String text(double ms) {
    return String.format(Locale.ROOT, ms == Math.rint(ms) ? "%.0f" : "%.1f", ms);
  }
}
