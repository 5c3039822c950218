package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;

/**
 * To compute one partition's portion for every frame of a deployment.
 *
 * @param bundle digest of the bundle's manifest
 * @param k number of partitions
 * @param partition 0 to k - 1
 * @param student name of the student within the partition
 * @param deadlineMs frames that have waited longer are dropped
 * @param portions how the portion travels; float32 where it is not said
 */
public record StudentRole(
    String deployment,
    String bundle,
    int k,
    int partition,
    String student,
    long deadlineMs,
    PortionEncoding portions) {
  public StudentRole {
    portions = portions == null ? PortionEncoding.FLOAT32 : portions;
    Topics.checkName(deployment, "deployment");
    Digest.check(bundle, "bundle");
    Check.positive(k, "k");
    if (partition < 0 || partition >= k) {
      throw new IllegalArgumentException("must be 0 to " + (k - 1) + ": partition=" + partition);
    }
    Check.text(student, "student");
    Check.positive(deadlineMs, "deadlineMs");
  }
}
