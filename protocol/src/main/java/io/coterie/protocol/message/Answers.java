package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;

/** Frames by what their result says. */
public record Answers(long ok, long degraded, long expired, long rejected) {
  /** None yet. */
  public static final Answers NONE = new Answers(0, 0, 0, 0);

  public Answers {
    Check.notNegative(ok, "ok");
    Check.notNegative(degraded, "degraded");
    Check.notNegative(expired, "expired");
    Check.notNegative(rejected, "rejected");
  }

  /** With one more. */
  public Answers and(Outcome outcome) {
    return switch (outcome) {
      case OK -> new Answers(ok + 1, degraded, expired, rejected);
      case DEGRADED -> new Answers(ok, degraded + 1, expired, rejected);
      case EXPIRED -> new Answers(ok, degraded, expired + 1, rejected);
      case REJECTED -> new Answers(ok, degraded, expired, rejected + 1);
    };
  }
}
