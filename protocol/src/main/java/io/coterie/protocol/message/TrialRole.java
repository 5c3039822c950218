package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.stream.Stream;

/**
 * A bundle that an agent is to fetch, and where it is the canary also to try, beside its other
 * roles. Nothing of it is ever published but what came of it.
 *
 * @param bundle digest of the manifest
 * @param k number of partitions; of a pipeline, of segments
 * @param students to fetch or try; empty with mdi-exit
 * @param pipeline name; empty for students
 * @param segments to fetch or try, from 1; empty for students
 * @param fuses whether the fusion layers belong to it
 * @param canary whether it is to be tried, rather than fetched only
 * @param deadlineMs of a frame
 * @param attempt of the spec
 */
public record TrialRole(
    String deployment,
    String bundle,
    Strategy strategy,
    int k,
    List<Part> students,
    String pipeline,
    List<Integer> segments,
    boolean fuses,
    boolean canary,
    long deadlineMs,
    long attempt) {
  /** A student of a partition. */
  public record Part(int partition, String student) {
    public Part {
      Check.notNegative(partition, "partition");
      Check.text(student, "student");
    }
  }

  public TrialRole {
    Topics.checkName(deployment, "deployment");
    Digest.check(bundle, "bundle");
    if (strategy == null) {
      throw new IllegalArgumentException("unknown strategy of a trial");
    }
    Check.positive(k, "k");
    students = Check.listOrEmpty(students, "students");
    for (Part part : students) {
      if (part.partition() >= k) {
        throw new IllegalArgumentException("must be < k=" + k + ": partition=" + part.partition());
      }
    }
    pipeline = pipeline == null ? "" : pipeline;
    segments = Check.listOrEmpty(segments, "segments");
    segments.forEach(segment -> Check.positive(segment, "segment"));
    Check.positive(deadlineMs, "deadlineMs");
    Check.risingOrNone(attempt, "attempt");
  }

  /** The roles that it takes the files of, as if they were to be carried out. */
  public Assignment asAssignment(long epoch) {
    List<StudentRole> studentRoles =
        students.stream()
            .map(
                part ->
                    new StudentRole(
                        deployment,
                        bundle,
                        strategy,
                        k,
                        part.partition(),
                        part.student(),
                        deadlineMs,
                        PortionEncoding.FLOAT32,
                        ExitRule.Mode.CONTINUE))
            .toList();
    FuserRole fuser =
        new FuserRole(
            deployment, bundle, strategy, k, List.of(), deadlineMs, epoch, null, false, 0);
    List<PipelineRole> segmented = segments.isEmpty() ? List.of() : List.of(pipelineRole());
    return new Assignment(
        1, epoch, studentRoles, Stream.of(fuser).filter(any -> fuses).toList(), segmented);
  }

  private PipelineRole pipelineRole() {
    return new PipelineRole(
        deployment,
        bundle,
        pipeline,
        segments,
        "canary",
        "",
        List.of(),
        deadlineMs,
        ExitRule.ofPipelines(),
        PipelineRule.standard());
  }
}
