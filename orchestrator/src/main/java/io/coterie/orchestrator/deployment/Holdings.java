package io.coterie.orchestrator.deployment;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.PlanMessage;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Memory that deployments take on boards. What runs keeps its place: until a deployment is planned
 * anew, it holds what the plan in force gives it, so that nobody who is planned before it takes
 * that.
 */
final class Holdings {
  private final Map<String, Map<String, Long>> bytes = new TreeMap<>();

  /** Sets what a deployment holds, by agent. */
  void hold(String deployment, Map<String, Long> byAgent) {
    bytes.put(deployment, Map.copyOf(byAgent));
  }

  /** The deployment holds nothing any more. */
  void release(String deployment) {
    bytes.remove(deployment);
  }

  /** Memory that all deployments take on a board. */
  long bytes(String agent) {
    return bytes.values().stream().mapToLong(held -> held.getOrDefault(agent, 0L)).sum();
  }

  /**
   * A sentence for each deployment that holds memory on one of the boards.
   *
   * @param boards by the name of their agent
   */
  Map<String, String> sentences(Iterable<String> boards) {
    Map<String, String> sentences = new TreeMap<>();
    bytes.forEach(
        (deployment, held) -> {
          TreeSet<String> on = new TreeSet<>();
          boards.forEach(
              board -> {
                if (held.getOrDefault(board, 0L) > 0) {
                  on.add(board);
                }
              });
          if (!on.isEmpty()) {
            long all = on.stream().mapToLong(held::get).sum();
            sentences.put(
                deployment,
                String.format(
                    Locale.ROOT,
                    "%s runs and keeps its place: it holds %.1f MB on %s; end or pause it, or give"
                        + " boards more memory",
                    deployment,
                    all / 1e6,
                    String.join(", ", on)));
          }
        });
    return sentences;
  }

  /**
   * Memory that a plan in force takes, by agent.
   *
   * @param manifest of the plan's bundle
   */
  static Map<String, Long> of(PlanMessage plan, Manifest manifest) {
    Map<String, Long> held = new HashMap<>();
    for (PlanMessage.Group group : plan.groups()) {
      long each = bytes(plan, group, manifest);
      group.agents().stream().distinct().forEach(agent -> held.merge(agent, each, Long::sum));
    }
    return held;
  }

  /** 0 for a student or segment that the bundle does not have. */
  private static long bytes(PlanMessage plan, PlanMessage.Group group, Manifest manifest) {
    if (plan.strategy() == Strategy.MDI_EXIT) {
      return manifest.pipelines().stream()
          .filter(pipeline -> pipeline.name().equals(group.student()))
          .filter(pipeline -> group.partition() < pipeline.exits())
          .findFirst()
          .map((Pipeline pipeline) -> pipeline.segment(group.partition() + 1).memoryBytes())
          .orElse(0L);
    }
    return manifest
        .partitioning(plan.strategy(), plan.k())
        .filter(partitioning -> group.partition() < partitioning.k())
        .flatMap(
            partitioning ->
                partitioning.partitions().get(group.partition()).students().stream()
                    .filter(student -> student.name().equals(group.student()))
                    .findFirst())
        .map(Student::memoryBytes)
        .orElse(0L);
  }
}
