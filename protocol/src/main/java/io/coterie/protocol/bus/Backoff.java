package io.coterie.protocol.bus;

/** How long an attempt to connect may take, and delays between rounds of {@link BrokerRotation}. */
final class Backoff {
  static final long FIRST_MS = 100;

  /** A hub that stands in for a lost one must be found within a second. */
  static final long MAX_MS = 1_000;

  private static final int CONNECT_SECONDS = 5;

  private Backoff() {}

  /**
   * Milliseconds to wait before the next round: doubling, bounded, with full jitter in the upper
   * half.
   *
   * @param failures consecutive rounds that failed so far, at least 1
   * @param random uniform in [0, 1)
   */
  static long delayMs(int failures, double random) {
    int doublings = Math.min(failures - 1, 16);
    long ceiling = Math.min(MAX_MS, FIRST_MS << doublings);
    return ceiling / 2 + (long) (random * ceiling / 2);
  }

  /**
   * Seconds for one attempt. With more than one address the first rounds are impatient, because an
   * address that swallows packets must not keep anybody from the next; later ones are not, because
   * the broker may be slow.
   *
   * @param failures consecutive rounds that failed so far
   */
  static int connectSeconds(int addresses, int failures) {
    return addresses == 1 ? CONNECT_SECONDS : Math.min(CONNECT_SECONDS, 1 << Math.min(failures, 3));
  }
}
