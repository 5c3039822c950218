package io.coterie.protocol;

import java.time.Instant;

/**
 * The time of day, which boards without a battery get wrong. Only what has to grow from one start
 * to the next begins with it; everything else counts from the process's own start.
 *
 * <p>Thread-safe.
 */
public final class WallClock {
  /** Milliseconds since 1970; nothing of this software is older. */
  public static final long EARLIEST_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private static final long OFFSET_MS = Long.getLong("coterie.clock.offset.ms", 0);

  private WallClock() {}

  /**
   * Milliseconds since 1970, plus the system property {@code coterie.clock.offset.ms}, with which a
   * wrong clock can be tried out.
   */
  public static long ms() {
    return System.currentTimeMillis() + OFFSET_MS;
  }

  /** A time in milliseconds since 1970 for people, such as {@code 2026-06-01T12:00:00Z}. */
  public static String text(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }
}
