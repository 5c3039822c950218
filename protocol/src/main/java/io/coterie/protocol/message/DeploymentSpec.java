package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;

/**
 * What a user wants to run; retained.
 *
 * @param bundle digest of the bundle's manifest
 * @param strategy {@code rocoin}
 * @param deadlineMs time from a frame's arrival to its answer, 1 to 60,000
 * @param successProbability probability in [0, 1) with which every group must give its portion
 * @param portions how portions travel; float32 where it is not said
 */
public record DeploymentSpec(
    String bundle,
    String strategy,
    long deadlineMs,
    double successProbability,
    PortionEncoding portions) {
  public DeploymentSpec {
    portions = portions == null ? PortionEncoding.FLOAT32 : portions;
    Digest.check(bundle, "bundle");
    if (!"rocoin".equals(strategy)) {
      throw new IllegalArgumentException("unknown strategy (known: rocoin): " + strategy);
    }
    if (deadlineMs < 1 || deadlineMs > 60_000) {
      throw new IllegalArgumentException("must be 1 to 60000: deadlineMs=" + deadlineMs);
    }
    Check.fraction(successProbability, "successProbability");
    if (successProbability == 1) {
      throw new IllegalArgumentException("must be < 1: successProbability=1");
    }
  }

  /** Portions as float32. */
  public static DeploymentSpec rocoin(String bundle, long deadlineMs, double successProbability) {
    return new DeploymentSpec(
        bundle, "rocoin", deadlineMs, successProbability, PortionEncoding.FLOAT32);
  }

  /** The same with portions that travel otherwise. */
  public DeploymentSpec withPortions(PortionEncoding other) {
    return new DeploymentSpec(bundle, strategy, deadlineMs, successProbability, other);
  }
}
