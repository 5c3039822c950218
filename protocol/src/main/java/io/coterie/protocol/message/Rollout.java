package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * How far another bundle has taken the place of the one that ran. Part of the plan: what is
 * retained there is enough to carry on.
 *
 * @param from the spec under which the bundle before ran, and runs again where the new one fails
 * @param to digest of the new bundle
 * @param rule of the spec that this is an attempt of
 * @param board the canary; empty while there is none
 * @param lost boards that were lost while they tried it
 * @param frames in the stage canary those that the canary computed in the shadow, in the stage rest
 *     those answered
 * @param errors among them: failed, no numbers or too late; expired, degraded or rejected
 * @param errorsBefore share of the frames in [0, 1] that went wrong before the rest followed
 * @param reason what it waits for, or why the bundle before came back; empty for nothing to say
 */
public record Rollout(
    Stage stage,
    DeploymentSpec from,
    String to,
    RolloutRule rule,
    String board,
    List<String> lost,
    long frames,
    long errors,
    double errorsBefore,
    String reason) {
  /** The stages, in order. */
  public enum Stage {
    /** One board tries the new bundle beside its work; the one before answers. */
    @SerializedName("canary")
    CANARY,
    /** All boards run the new bundle, and are watched. */
    @SerializedName("rest")
    REST,
    /** The new bundle failed: the one before runs, until the spec is another. */
    @SerializedName("returned")
    RETURNED
  }

  public Rollout {
    if (stage == null) {
      throw new IllegalArgumentException("must be canary, rest or returned: rollout.stage");
    }
    Check.present(from, "rollout.from");
    Digest.check(to, "rollout.to");
    Check.present(rule, "rollout.rule");
    board = board == null ? "" : board;
    lost = Check.listOrEmpty(lost, "rollout.lost");
    Check.notNegative(frames, "rollout.frames");
    Check.notNegative(errors, "rollout.errors");
    Check.fraction(errorsBefore, "rollout.errorsBefore");
    reason = reason == null ? "" : reason;
  }

  /** Nothing tried yet. */
  public static Rollout begin(DeploymentSpec from, DeploymentSpec to) {
    return new Rollout(Stage.CANARY, from, to.bundle(), to.rollout(), "", List.of(), 0, 0, 0, "");
  }

  /** Whether this is what became of the spec. */
  public boolean isOf(DeploymentSpec spec) {
    return to.equals(spec.bundle()) && rule.equals(spec.rollout());
  }

  /** The same with another canary; empty for none. */
  public Rollout with(String newBoard, List<String> newLost, String newReason) {
    return new Rollout(stage, from, to, rule, newBoard, newLost, 0, 0, errorsBefore, newReason);
  }

  /** The same after more frames. */
  public Rollout with(long newFrames, long newErrors, String newReason) {
    return new Rollout(
        stage, from, to, rule, board, lost, newFrames, newErrors, errorsBefore, newReason);
  }

  /** All boards follow. */
  public Rollout rest(double newErrorsBefore) {
    return new Rollout(Stage.REST, from, to, rule, board, lost, 0, 0, newErrorsBefore, "");
  }

  /** The bundle before comes back. */
  public Rollout returned(String why) {
    return new Rollout(
        Stage.RETURNED, from, to, rule, board, lost, frames, errors, errorsBefore, why);
  }
}
