package io.coterie.protocol;

/**
 * The time of day, which boards without a battery get wrong. Only what has to grow from one start
 * to the next begins with it; everything else counts from the process's own start.
 *
 * <p>Thread-safe.
 */
public final class WallClock {
  private static final long OFFSET_MS = Long.getLong("coterie.clock.offset.ms", 0);

  private WallClock() {}

  /**
   * Milliseconds since 1970, plus the system property {@code coterie.clock.offset.ms}, with which a
   * wrong clock can be tried out.
   */
  public static long ms() {
    return System.currentTimeMillis() + OFFSET_MS;
  }
}
