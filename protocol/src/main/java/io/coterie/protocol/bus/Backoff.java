package io.coterie.protocol.bus;

/** Delays between attempts to connect: doubling, bounded, with full jitter in the upper half. */
final class Backoff {
  static final long FIRST_MS = 100;
  static final long MAX_MS = 5_000;

  private Backoff() {}

  /**
   * Milliseconds to wait before the next attempt.
   *
   * @param failures consecutive failures so far, at least 1
   * @param random uniform in [0, 1)
   */
  static long delayMs(int failures, double random) {
    int doublings = Math.min(failures - 1, 16);
    long ceiling = Math.min(MAX_MS, FIRST_MS << doublings);
    return ceiling / 2 + (long) (random * ceiling / 2);
  }
}
