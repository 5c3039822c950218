package io.coterie.cli.fleet;

import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * When each exit answers: the plan's latency, shared out by the floating-point operations that the
 * slowest partition's student has done at the exit. Portions and fusion take the same part of each
 * (ours: a prediction, to be corrected by what the fleet measures).
 *
 * @param ms predicted milliseconds from frame to the portions of each exit, from the first on
 * @param earliest the first exit at which the policy can answer, from 1
 */
record ExitLatencies(List<Double> ms, int earliest) {
  /** Where no group is planned. */
  static final ExitLatencies NOTHING_RUNS = new ExitLatencies(List.of(), 1);

  ExitLatencies {
    ms = List.copyOf(ms);
  }

  /** Of a plan; empty where it has no group. */
  static ExitLatencies of(Plan plan, Partitioning partitioning, ExitPolicy policy) {
    return plan.partitions().stream()
        .max(Comparator.comparingDouble(PlannedPartition::latencySeconds))
        .map(
            slowest -> {
              Student student = student(partitioning, slowest);
              return new ExitLatencies(
                  IntStream.rangeClosed(1, student.stages().size())
                      .mapToObj(
                          exit ->
                              1e3 * plan.latencySeconds() * student.flopsTo(exit) / student.flops())
                      .toList(),
                  policy.earliestExit());
            })
        .orElse(NOTHING_RUNS);
  }

  private static Student student(Partitioning partitioning, PlannedPartition planned) {
    return partitioning.partitions().get(planned.partition()).students().stream()
        .filter(student -> student.name().equals(planned.student()))
        .findFirst()
        .orElseThrow();
  }

  /** Whether any exit answers within the target. */
  boolean reach(double targetMs) {
    return ms.stream().skip(earliest - 1L).anyMatch(exit -> exit <= targetMs);
  }

  /** Which exits reach the target, in one line. */
  String line(double targetMs) {
    List<String> exits = new ArrayList<>();
    for (int i = earliest - 1; i < ms.size(); i++) {
      exits.add(
          String.format(
              Locale.ROOT,
              "exit %d after %.2f ms %s",
              i + 1,
              ms.get(i),
              ms.get(i) <= targetMs ? "reaches it" : "does not"));
    }
    return "latency target " + text(targetMs) + ": " + String.join(", ", exits);
  }

  /** What to aim for where no exit reaches the target. */
  String unreachable(double targetMs) {
    if (ms.isEmpty()) {
      return "latency target " + text(targetMs) + ": nothing runs that could reach it";
    }
    double nearest = ms.get(earliest - 1);
    return String.format(
        Locale.ROOT,
        "latency target %s: no exit reaches it; the nearest reachable is %.2f ms, of exit %d: give"
            + " --latency-target %.0fms or more, or faster boards",
        text(targetMs),
        nearest,
        earliest,
        Math.ceil(nearest));
  }

  private static String text(double targetMs) {
    return String.format(Locale.ROOT, "%.0f ms", targetMs);
  }
}
