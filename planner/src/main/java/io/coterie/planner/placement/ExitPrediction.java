package io.coterie.planner.placement;

import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Student;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * When each exit of a plan answers: the plan's latency, shared out by the floating-point operations
 * that the slowest partition's student has done at the exit. Portions and fusion take the same part
 * of each (ours: a little too early, to be corrected by what the fleet measures).
 */
public final class ExitPrediction {
  private ExitPrediction() {}

  /** Milliseconds from frame to the portions of each exit, from the first; empty for no group. */
  public static List<Double> ms(Plan plan, Partitioning partitioning) {
    return plan.partitions().stream()
        .max(Comparator.comparingDouble(PlannedPartition::latencySeconds))
        .map(slowest -> student(partitioning, slowest))
        .map(
            student ->
                IntStream.rangeClosed(1, student.stages().size())
                    .mapToObj(
                        exit ->
                            1e3 * plan.latencySeconds() * student.flopsTo(exit) / student.flops())
                    .toList())
        .orElse(List.of());
  }

  private static Student student(Partitioning partitioning, PlannedPartition planned) {
    return partitioning.partitions().get(planned.partition()).students().stream()
        .filter(student -> student.name().equals(planned.student()))
        .findFirst()
        .orElseThrow();
  }
}
