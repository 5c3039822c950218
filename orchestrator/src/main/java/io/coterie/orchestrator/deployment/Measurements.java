package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.learning.StudentProgress;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Report.ModelTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What agents measured of the students they run, and what it says about those they do not run. */
final class Measurements {
  private Measurements() {}

  /** How far the agent has come, by digest of the student's model; strangers' models left out. */
  static Map<String, StudentProgress> progress(Report report, Map<String, Manifest> manifests) {
    Map<String, StudentProgress> progress = new HashMap<>();
    for (ModelTime time : report.models()) {
      student(time, manifests)
          .ifPresent(
              student -> progress.merge(student.digest(), progress(time), StudentProgress::and));
    }
    return progress;
  }

  private static StudentProgress progress(ModelTime time) {
    return new StudentProgress(
        Math.min(time.frames(), Check.ABSURD),
        time.totalMs(),
        Double.isFinite(time.latencyMs()) ? time.latencyMs() : 0);
  }

  private static Optional<Student> student(ModelTime time, Map<String, Manifest> manifests) {
    return Optional.ofNullable(manifests.get(time.bundle()))
        .flatMap(manifest -> manifest.partitioning(time.strategy(), time.k()))
        .filter(partitioning -> time.partition() < partitioning.k())
        .flatMap(
            partitioning ->
                partitioning.partitions().get(time.partition()).students().stream()
                    .filter(student -> student.name().equals(time.student()))
                    .findFirst());
  }

  /**
   * How many times slower than its benchmark each agent turned out (ours). Without it, a student
   * that an agent has not measured yet would look faster than those it has, and plans would chase
   * it. Agents without a measurement get the fleet's median.
   *
   * @param flopsPerSecond the benchmark, by agent
   */
  static Map<String, Double> slowdowns(
      Map<Measurement, Double> measured,
      Map<String, Double> flopsPerSecond,
      Map<String, Manifest> manifests) {
    Map<String, Long> flops = flopsByModel(manifests);
    Map<String, List<Double>> ratios = new HashMap<>();
    measured.forEach(
        (what, seconds) -> {
          Double speed = flopsPerSecond.get(what.deviceId());
          Long work = flops.get(what.modelSha256());
          if (speed != null && work != null) {
            ratios
                .computeIfAbsent(what.deviceId(), agent -> new ArrayList<>())
                .add(seconds * speed / work);
          }
        });
    double fleet = median(ratios.values().stream().flatMap(List::stream).toList());
    Map<String, Double> slowdowns = new HashMap<>();
    flopsPerSecond
        .keySet()
        .forEach(
            agent ->
                slowdowns.put(
                    agent, ratios.containsKey(agent) ? median(ratios.get(agent)) : fleet));
    return slowdowns;
  }

  private static Map<String, Long> flopsByModel(Map<String, Manifest> manifests) {
    Map<String, Long> flops = new HashMap<>();
    for (Manifest manifest : manifests.values()) {
      manifest
          .partitionings()
          .forEach(
              partitioning ->
                  partitioning
                      .partitions()
                      .forEach(
                          partition ->
                              partition.students().forEach(s -> flops.put(s.digest(), s.flops()))));
    }
    return flops;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(v -> v).toArray();
    Arrays.sort(sorted);
    return sorted.length == 0 ? 1 : sorted[sorted.length / 2];
  }
}
