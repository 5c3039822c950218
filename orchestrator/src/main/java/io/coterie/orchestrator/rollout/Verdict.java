package io.coterie.orchestrator.rollout;

/**
 * What is to become of a new bundle.
 *
 * @param reason why it failed, or what it waits for; empty for nothing to say
 */
public record Verdict(Kind kind, String reason) {
  /** What there is. */
  public enum Kind {
    /** It has not proved itself yet. */
    WAIT,
    /** It has. */
    PASSED,
    /** It is not to be used. */
    FAILED
  }

  static final Verdict PASSED = new Verdict(Kind.PASSED, "");

  static Verdict waits(String reason) {
    return new Verdict(Kind.WAIT, reason);
  }

  static Verdict failed(String reason) {
    return new Verdict(Kind.FAILED, reason);
  }
}
