package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;

/** Frames by what their result says. */
public record ResultCounts(long ok, long degraded, long expired, long rejected) {
  /** None yet. */
  public static final ResultCounts NONE = new ResultCounts(0, 0, 0, 0);

  public ResultCounts {
    Check.notNegative(ok, "ok");
    Check.notNegative(degraded, "degraded");
    Check.notNegative(expired, "expired");
    Check.notNegative(rejected, "rejected");
  }

  /** With one more. */
  public ResultCounts and(Outcome outcome) {
    return switch (outcome) {
      case OK -> new ResultCounts(ok + 1, degraded, expired, rejected);
      case DEGRADED -> new ResultCounts(ok, degraded + 1, expired, rejected);
      case EXPIRED -> new ResultCounts(ok, degraded, expired + 1, rejected);
      case REJECTED -> new ResultCounts(ok, degraded, expired, rejected + 1);
    };
  }
}
