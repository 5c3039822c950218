package io.coterie.client.fleet;

import java.util.List;

/**
 * Whether frames can be answered.
 *
 * @param reasons why not, for people; empty where they can
 */
public record Readiness(List<String> reasons) {
  public Readiness {
    reasons = List.copyOf(reasons);
  }

  /** Not ready for one reason. */
  public static Readiness not(String reason) {
    return new Readiness(List.of(reason));
  }

  /** Whether all frames can be answered. */
  public boolean ready() {
    return reasons.isEmpty();
  }
}
