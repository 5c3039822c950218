package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;

/**
 * To compute one partition's portion for every frame of a deployment.
 *
 * @param bundle digest of the bundle's manifest
 * @param strategy rocoin where it is not said
 * @param k number of partitions
 * @param partition 0 to k - 1
 * @param student name of the student within the partition
 * @param deadlineMs frames that have waited longer are dropped
 * @param portions how the portion travels; float32 where it is not said
 * @param mode what to do between stages; continue where it is not said
 */
public record StudentRole(
    String deployment,
    String bundle,
    Strategy strategy,
    int k,
    int partition,
    String student,
    long deadlineMs,
    PortionEncoding portions,
    ExitRule.Mode mode) {
  public StudentRole {
    strategy = strategy == null ? Strategy.ROCOIN : strategy;
    mode = mode == null ? ExitRule.Mode.CONTINUE : mode;
    portions = portions == null ? PortionEncoding.FLOAT32 : portions;
    Topics.checkName(deployment, "deployment");
    Digest.check(bundle, "bundle");
    Check.positive(k, "k");
    Check.range(partition, 0, k - 1, "partition");
    Check.text(student, "student");
    Check.positive(deadlineMs, "deadlineMs");
  }

  /** The role of a student of one stage. */
  public StudentRole(
      String deployment,
      String bundle,
      int k,
      int partition,
      String student,
      long deadlineMs,
      PortionEncoding portions) {
    this(deployment, bundle, null, k, partition, student, deadlineMs, portions, null);
  }
}
