package io.coterie.agent.gpio;

import java.util.OptionalLong;

/**
 * How long an output stays on: so long after the last result that its rule held for. Immutable.
 *
 * @param untilNs empty where it is off
 */
record Hold(long holdNs, OptionalLong untilNs) {
  static Hold off(long holdNs) {
    return new Hold(holdNs, OptionalLong.empty());
  }

  /** Returns the state after a result for which the rule holds. */
  Hold held(long nowNs) {
    return new Hold(holdNs, OptionalLong.of(nowNs + holdNs));
  }

  /** Returns the state at a later time. */
  Hold at(long nowNs) {
    boolean over = untilNs.isPresent() && nowNs - untilNs.getAsLong() >= 0;
    return over ? off(holdNs) : this;
  }

  boolean on() {
    return untilNs.isPresent();
  }
}
