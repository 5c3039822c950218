package io.coterie.agent.gpio;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** What the status LED shows, as milliseconds lit and dark in turns. Each can be told by eye. */
enum BlinkPattern {
  /** No connection to the broker: slowly on and off. */
  JOINING(500, 500),
  /** Takes part, and has nothing to do: one flash every three seconds. */
  IDLE(50, 2950),
  /** Has a role, and no frames come: lit. */
  ASSIGNED(),
  /** Computes frames: lit, with short gaps. */
  INFERRING(400, 100),
  /** Takes part, but not as it should: two flashes. */
  DEGRADED(100, 150, 100, 1150),
  /** Was asked to take part no more: three flashes. */
  DRAINING(100, 150, 100, 150, 100, 1400),
  /** Cannot do what it was told to: fast. */
  ERROR(125, 125),
  /** Somebody looks for this board: faster. */
  IDENTIFY(50, 50);

  @SuppressWarnings("ImmutableEnumChecker") // Nobody writes to it.
  private final long[] turnsMs;

  private final long periodNs;

  BlinkPattern(long... turnsMs) {
    this.turnsMs = turnsMs;
    long sumMs = 0;
    for (long turnMs : turnsMs) {
      sumMs += turnMs;
    }
    periodNs = TimeUnit.MILLISECONDS.toNanos(sumMs);
  }

  /** Whether the LED is lit so long after the pattern began. */
  boolean litAt(long elapsedNs) {
    return turn(elapsedNs).lit();
  }

  /** When the LED changes next, counted from the pattern's beginning; empty where it never does. */
  OptionalLong nextChangeNs(long elapsedNs) {
    return periodNs == 0 ? OptionalLong.empty() : OptionalLong.of(turn(elapsedNs).endNs());
  }

  private record Turn(boolean lit, long endNs) {}

  private Turn turn(long elapsedNs) {
    if (periodNs == 0) {
      return new Turn(true, Long.MAX_VALUE);
    }
    long startNs = elapsedNs - Math.floorMod(elapsedNs, periodNs);
    boolean lit = true;
    for (long turnMs : turnsMs) {
      startNs += TimeUnit.MILLISECONDS.toNanos(turnMs);
      if (elapsedNs < startNs) {
        break;
      }
      lit = !lit;
    }
    return new Turn(lit, startNs);
  }
}
