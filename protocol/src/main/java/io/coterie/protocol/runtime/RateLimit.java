package io.coterie.protocol.runtime;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Lets one event of a kind through in a while, and counts the others. Remembers a bounded number of
 * kinds.
 *
 * <p>Thread-safe.
 */
public final class RateLimit {
  private static final int MAX_KINDS = 100;

  private final long intervalNs;
  private final Map<String, Passed> kinds =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Passed> eldest) {
          return size() > MAX_KINDS;
        }
      };

  private record Passed(long atNs, long since) {}

  /**
   * @param interval how long after one the next of its kind passes
   */
  public RateLimit(Duration interval) {
    intervalNs = interval.toNanos();
  }

  /** What tells failures apart: the exception and the place that it comes from. */
  public static String kind(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return failure.getClass().getName() + (trace.length == 0 ? "" : trace[0]);
  }

  /**
   * An event happens.
   *
   * @return how many of its kind were held back before it; empty where this one is held back
   */
  public synchronized OptionalLong pass(String kind, long nowNs) {
    Passed before = kinds.get(kind);
    if (before != null && nowNs - before.atNs() < intervalNs) {
      kinds.put(kind, new Passed(before.atNs(), before.since() + 1));
      return OptionalLong.empty();
    }
    kinds.put(kind, new Passed(nowNs, 0));
    return OptionalLong.of(before == null ? 0 : before.since());
  }
}
