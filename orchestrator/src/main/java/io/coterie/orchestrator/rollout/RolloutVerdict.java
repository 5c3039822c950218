package io.coterie.orchestrator.rollout;

/**
 * What is to become of a new bundle.
 *
 * @param reason why it failed, or what it waits for; empty for nothing to say
 */
public record RolloutVerdict(Kind kind, String reason) {
  /** What there is. */
  public enum Kind {
    /** It has not proved itself yet. */
    WAIT,
    /** It has. */
    PASSED,
    /** It is not to be used. */
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
