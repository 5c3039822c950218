package io.coterie.orchestrator.deployment;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.PlanMessage.Group;
import io.coterie.protocol.message.TrialRole;
import io.coterie.protocol.message.TrialRole.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What there is to try of a bundle: one student of each partition, as the plan with the new bundle
 * would have it; or the segments of its pipeline, from the first.
 *
 * @param later the plan with the new bundle
 */
record TrialParts(String name, DeploymentSpec spec, PlanMessage later, Manifest manifest) {

  private boolean pipeline() {
    return spec.strategy() == Strategy.MDI_EXIT;
  }

  /** How many parts fit: of students any, of segments the first. */
  int fitting(long freeBytes) {
    return parts(freeBytes).size();
  }

  /** The least that a board must have room for. */
  long leastBytes() {
    return later.groups().stream()
        .filter(group -> !pipeline() || group.partition() == 0)
        .mapToLong(this::bytes)
        .min()
        .orElse(0);
  }

  private List<Group> parts(long freeBytes) {
    List<Group> parts = new ArrayList<>();
    long left = freeBytes;
    for (Group group : later.groups()) {
      if (bytes(group) <= left) {
        parts.add(group);
        left -= bytes(group);
      } else if (pipeline()) {
        return parts;
      }
    }
    return parts;
  }

  private long bytes(Group group) {
    return bytes(role(List.of(group), false, true), manifest);
  }

  /** The canary's role. */
  TrialRole tries(long freeBytes) {
    return role(parts(freeBytes), !pipeline(), true);
  }

  /**
   * The role of another board.
   *
   * @param answers whether it may have to fuse
   */
  Optional<TrialRole> fetches(String agent, boolean answers) {
    List<Group> own =
        later.groups().stream().filter(group -> group.agents().contains(agent)).toList();
    boolean fuses =
        !pipeline() && (answers || later.fuser().equals(agent) || later.standby().equals(agent));
    return own.isEmpty() && !fuses ? Optional.empty() : Optional.of(role(own, fuses, false));
  }

  private TrialRole role(List<Group> groups, boolean fuses, boolean canary) {
    boolean segments = pipeline();
    return new TrialRole(
        name,
        spec.bundle(),
        spec.strategy(),
        later.k(),
        segments
            ? List.of()
            : groups.stream().map(group -> new Part(group.partition(), group.student())).toList(),
        segments ? later.groups().get(0).student() : "",
        segments ? groups.stream().map(group -> group.partition() + 1).toList() : List.of(),
        fuses,
        canary,
        spec.deadlineMs(),
        spec.rollout().attempt());
  }

  /** Memory that the models of a role take. */
  static long bytes(TrialRole role, Manifest manifest) {
    if (!role.segments().isEmpty()) {
      Pipeline pipeline = manifest.pipeline(role.pipeline()).orElseThrow();
      return role.segments().stream().mapToLong(k -> pipeline.segment(k).memoryBytes()).sum();
    }
    return role.students().stream()
        .mapToLong(part -> student(role, part, manifest).map(Student::memoryBytes).orElse(0L))
        .sum();
  }

  private static Optional<Student> student(TrialRole role, Part part, Manifest manifest) {
    return manifest
        .partitioning(role.strategy(), role.k())
        .flatMap(
            partitioning ->
                partitioning.partitions().get(part.partition()).students().stream()
                    .filter(student -> student.name().equals(part.student()))
                    .findFirst());
  }
}
