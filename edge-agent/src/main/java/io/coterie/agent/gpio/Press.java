package io.coterie.agent.gpio;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What somebody does with a button. Immutable.
 *
 * <pre>
 * up   --down--> down
 * down --up before {@value #LONG_SECONDS} s--> up      : SHORT
 * down --{@value #LONG_SECONDS} s--> told              : LONG
 * told --up--> up
 * </pre>
 *
 * @param told whether this press has been understood already
 */
record Press(boolean down, long sinceNs, boolean told) {
  static final long LONG_SECONDS = 3;

  private static final long LONG_NS = TimeUnit.SECONDS.toNanos(LONG_SECONDS);

  enum Gesture {
    SHORT,
    LONG
  }

  record Step(Press press, Optional<Gesture> gesture) {}

  /**
   * The initial state. A button that is down from the start, such as a stuck one, is ignored until
   * it is released.
   */
  static Press begin(boolean down, long nowNs) {
    return new Press(down, nowNs, down);
  }

  /** After a look at the button, whose contacts do not bounce any more. */
  Step at(boolean nowDown, long nowNs) {
    if (down && !told && nowNs - sinceNs >= LONG_NS) {
      return new Step(new Press(nowDown, sinceNs, nowDown), Optional.of(Gesture.LONG));
    }
    if (nowDown == down) {
      return new Step(this, Optional.empty());
    }
    boolean meant = down && !told;
    return new Step(
        new Press(nowDown, nowNs, false), meant ? Optional.of(Gesture.SHORT) : Optional.empty());
  }

  /** When a press becomes a long one; empty where none does. */
  OptionalLong dueNs() {
    return down && !told ? OptionalLong.of(sinceNs + LONG_NS) : OptionalLong.empty();
  }
}
