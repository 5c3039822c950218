package io.coterie.orchestrator.rollout;

/**
 * The decision about a new bundle in its present stage.
 *
 * @param reason why it failed, or what it waits for; empty for nothing to say
 */
public record RolloutVerdict(Kind kind, String reason) {
  /** The possible decisions. */
  public enum Kind {
    /** The bundle has not proved itself yet. */
    WAIT,
    /** The bundle has proved itself. */
    PASSED,
    /** The bundle failed and is not to be used. */
    FAILED
  }

  static final RolloutVerdict PASSED = new RolloutVerdict(Kind.PASSED, "");

  static RolloutVerdict waits(String reason) {
    return new RolloutVerdict(Kind.WAIT, reason);
  }

  static RolloutVerdict failed(String reason) {
    return new RolloutVerdict(Kind.FAILED, reason);
  }
}
