package io.coterie.agent.compute;

import java.util.concurrent.locks.LockSupport;

/**
 * Emulates a board that is so many times slower, by waiting after what was computed.
 *
 * <p>Thread-safe.
 */
public final class Throttle {
  private volatile double factor;

  /** Begins with a factor of at least 1. */
  public Throttle(double factor) {
    this.factor = factor;
  }

  /** From now on emulates a board that is so many times slower; at least 1. */
  public void set(double newFactor) {
    factor = newFactor;
  }

  /** Waits as long as the slower board would still compute after so many nanoseconds. */
  public void after(long spentNs) {
    long untilNs = System.nanoTime() + (long) (spentNs * (factor - 1));
    for (long left = untilNs - System.nanoTime(); left > 0; left = untilNs - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
