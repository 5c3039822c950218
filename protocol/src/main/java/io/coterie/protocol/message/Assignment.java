package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What one agent is to do; retained. An agent ignores an assignment of a lower (term, epoch) than
 * it has seen.
 *
 * @param term rises with every leading orchestrator
 * @param epoch rises with every plan, over all terms
 * @param students partitions to compute; empty for none
 * @param fusers deployments to fuse; empty for none
 * @param pipelines segments to compute; empty for none
 * @param trials bundles to fetch, or to try, beside all that; empty for none
 */
public record Assignment(
    long term,
    long epoch,
    List<StudentRole> students,
    List<FuserRole> fusers,
    List<PipelineRole> pipelines,
    List<TrialRole> trials) {
  /** Nothing to do. */
  public static final Assignment NONE = new Assignment(1, 1, List.of(), List.of());

  public Assignment {
    Check.rising(term, "term");
    Check.rising(epoch, "epoch");
    students = Check.listOrEmpty(students, "students");
    fusers = Check.listOrEmpty(fusers, "fusers");
    pipelines = Check.listOrEmpty(pipelines, "pipelines");
    trials = Check.listOrEmpty(trials, "trials");
  }

  /** Without pipelines and trials. */
  public Assignment(long term, long epoch, List<StudentRole> students, List<FuserRole> fusers) {
    this(term, epoch, students, fusers, List.of());
  }

  /** Without trials. */
  public Assignment(
      long term,
      long epoch,
      List<StudentRole> students,
      List<FuserRole> fusers,
      List<PipelineRole> pipelines) {
    this(term, epoch, students, fusers, pipelines, List.of());
  }

  /** Whether this one is fenced off by (term, epoch). */
  public boolean isOlderThan(long otherTerm, long otherEpoch) {
    return term < otherTerm || (term == otherTerm && epoch < otherEpoch);
  }

  /** Whether the agent is to compute something, rather than fuse only. */
  public boolean computes() {
    return !students.isEmpty() || pipelines.stream().anyMatch(role -> !role.segments().isEmpty());
  }

  /** Whether the agent may be one that answers frames. */
  public boolean answers() {
    return !fusers.isEmpty() || !pipelines.isEmpty();
  }

  /** The deployments that it has roles of. */
  public Set<String> deployments() {
    return Stream.of(
            students.stream().map(StudentRole::deployment),
            fusers.stream().map(FuserRole::deployment),
            pipelines.stream().map(PipelineRole::deployment),
            trials.stream().map(TrialRole::deployment))
        .flatMap(names -> names)
        .collect(Collectors.toSet());
  }

  /** The deadline of a deployment's frames, if the agent has a role of it. */
  public OptionalLong deadlineMs(String deployment) {
    return Stream.of(
            students.stream()
                .filter(role -> role.deployment().equals(deployment))
                .map(StudentRole::deadlineMs),
            fusers.stream()
                .filter(role -> role.deployment().equals(deployment))
                .map(FuserRole::deadlineMs),
            pipelines.stream()
                .filter(role -> role.deployment().equals(deployment))
                .map(PipelineRole::deadlineMs))
        .flatMap(deadlines -> deadlines)
        .mapToLong(Long::longValue)
        .max();
  }

  /** What is left without the roles that answer frames, as of a newer plan. */
  public Assignment withoutAnswering(long newTerm, long newEpoch) {
    return new Assignment(newTerm, newEpoch, students, List.of());
  }

  /** Whether both ask for the same. */
  public boolean hasRolesOf(Assignment other) {
    return students.equals(other.students)
        && fusers.equals(other.fusers)
        && pipelines.equals(other.pipelines)
        && trials.equals(other.trials);
  }
}
