package io.coterie.protocol.message;

import com.google.gson.annotations.SerializedName;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.Locale;

/**
 * How another bundle takes the place of the one that runs.
 *
 * @param mode at once, or in stages
 * @param canary the board that is to try it; empty for any
 * @param attempt another number is another attempt, also with a bundle that failed before
 */
public record RolloutRule(Mode mode, String canary, long attempt) {
  /** The whole fleet at once. */
  public static final RolloutRule AT_ONCE = new RolloutRule(Mode.AT_ONCE, "", 0);

  /** Of the whole fleet at once, or of one board first. */
  public enum Mode {
    /** The whole fleet, without a trial. */
    @SerializedName("at-once")
    AT_ONCE,
    /** One board tries it, then the rest follows; what fails is taken back. */
    @SerializedName("staged")
    STAGED;

    /** As in messages and on command lines. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Reads a mode.
     *
     * @throws IllegalArgumentException naming what there is
     */
    public static Mode parse(String text) {
      for (Mode mode : values()) {
        if (mode.text().equals(text)) {
          return mode;
        }
      }
      throw new IllegalArgumentException(
          "unknown roll-out (there are staged and at-once): " + text);
    }
  }

  public RolloutRule {
    if (mode == null) {
      throw new IllegalArgumentException("must be staged or at-once: rollout.mode");
    }
    canary = canary == null ? "" : canary;
    if (!canary.isEmpty()) {
      Topics.checkName(canary, "rollout.canary");
    }
    if (mode == Mode.AT_ONCE && !canary.isEmpty()) {
      throw new IllegalArgumentException("a canary goes with the mode staged: canary=" + canary);
    }
    Check.risingOrNone(attempt, "rollout.attempt");
  }

  /** In stages, with any canary. */
  public static RolloutRule staged(long attempt) {
    return new RolloutRule(Mode.STAGED, "", attempt);
  }

  /** Whether a bundle has to prove itself first. */
  public boolean isStaged() {
    return mode == Mode.STAGED;
  }
}
