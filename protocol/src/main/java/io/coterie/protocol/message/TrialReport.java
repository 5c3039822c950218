package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;

/**
 * What came of a bundle that the agent fetches, or tries beside its work.
 *
 * @param deployment that the bundle is for
 * @param bundle digest of the manifest
 * @param attempt of the spec
 * @param frames that it computed in the shadow of the bundle that runs
 * @param errors of these, how many failed, gave no numbers, or came too late
 * @param latencyMs mean time for a frame; 0 before the first
 * @param reason what is wrong, or was last; empty for nothing
 */
public record TrialReport(
    String deployment,
    String bundle,
    long attempt,
    State state,
    long frames,
    long errors,
    double latencyMs,
    String reason) {
  /** How far a trial is. */
  public enum State {
    /** Its files are on their way. */
    @SerializedName("fetching")
    FETCHING,
    /** All files are in the cache; nothing more was asked for. */
    @SerializedName("fetched")
    FETCHED,
    /** It is loaded and tests itself. */
    @SerializedName("testing")
    TESTING,
    /** It passed its self-test and computes frames. */
    @SerializedName("running")
    RUNNING,
    /** It cannot be used. */
    @SerializedName("failed")
    FAILED
  }

  public TrialReport {
    Check.text(deployment, "deployment");
    Digest.check(bundle, "bundle");
    Check.risingOrNone(attempt, "attempt");
    Check.present(state, "state");
    Check.notNegative(frames, "frames");
    Check.notNegative(errors, "errors");
    if (!(latencyMs >= 0) || Double.isInfinite(latencyMs)) {
      throw new IllegalArgumentException("must be a finite number >= 0: latencyMs=" + latencyMs);
    }
    reason = reason == null ? "" : reason;
  }

  /** Whether this is what came of the role. */
  public boolean isOf(TrialRole role) {
    return deployment.equals(role.deployment())
        && bundle.equals(role.bundle())
        && attempt == role.attempt();
  }
}
