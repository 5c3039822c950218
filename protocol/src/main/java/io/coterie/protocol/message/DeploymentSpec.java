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
 */
public record DeploymentSpec(
    String bundle, String strategy, long deadlineMs, double successProbability) {
  public DeploymentSpec {
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
}
