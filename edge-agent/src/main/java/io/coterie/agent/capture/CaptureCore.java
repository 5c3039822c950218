package io.coterie.agent.capture;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Decides when the next picture is taken. Never two at once: what comes due or is triggered
 * meanwhile follows once, however often it did. After failures it waits, from one second doubling
 * up to {@value #LONGEST_PAUSE_S} s, triggered or not. Immutable.
 *
 * @param everyNs how often; empty where only a trigger takes pictures
 * @param dueNs when the next one is due by the rate; empty without one
 * @param triggered whether somebody wants one besides
 * @param taking whether one is being taken
 * @param failures how many failed in a row
 * @param pauseUntilNs after a failure
 */
record CaptureCore(
    OptionalLong everyNs,
    OptionalLong dueNs,
    boolean triggered,
    boolean taking,
    int failures,
    OptionalLong pauseUntilNs) {
  static final long LONGEST_PAUSE_S = 60;

  private static final long FIRST_PAUSE_S = 1;

  /** The first picture is due at once. */
  static CaptureCore begin(OptionalLong everyNs, long nowNs) {
    OptionalLong first = everyNs.isPresent() ? OptionalLong.of(nowNs) : OptionalLong.empty();
    return new CaptureCore(everyNs, first, false, false, 0, OptionalLong.empty());
  }

  /** After somebody asked for a picture. */
  CaptureCore trigger() {
    return new CaptureCore(everyNs, dueNs, true, taking, failures, pauseUntilNs);
  }

  /** Whether a picture is to be taken now. If so, {@link #begun} has to be called next. */
  boolean isDue(long nowNs) {
    boolean paused = pauseUntilNs.isPresent() && nowNs - pauseUntilNs.getAsLong() < 0;
    boolean byRate = dueNs.isPresent() && nowNs - dueNs.getAsLong() >= 0;
    return !taking && !paused && (triggered || byRate);
  }

  /** Records that a picture is being taken. Pictures that the rate missed are not made up for. */
  CaptureCore begun(long nowNs) {
    return new CaptureCore(everyNs, next(nowNs), false, true, failures, OptionalLong.empty());
  }

  private OptionalLong next(long nowNs) {
    if (dueNs.isEmpty() || nowNs - dueNs.getAsLong() < 0) {
      return dueNs;
    }
    long periodNs = everyNs.getAsLong();
    long missed = (nowNs - dueNs.getAsLong()) / periodNs;
    return OptionalLong.of(dueNs.getAsLong() + (missed + 1) * periodNs);
  }

  /** Records that the picture was taken, or that there was none to take. */
  CaptureCore succeeded() {
    return new CaptureCore(everyNs, dueNs, triggered, false, 0, OptionalLong.empty());
  }

  CaptureCore failed(long nowNs) {
    int now = failures + 1;
    long until = nowNs + TimeUnit.SECONDS.toNanos(pauseSeconds(now));
    return new CaptureCore(everyNs, dueNs, triggered, false, now, OptionalLong.of(until));
  }

  private static long pauseSeconds(int failures) {
    return Math.min(LONGEST_PAUSE_S, FIRST_PAUSE_S << Math.min(failures - 1, 10));
  }

  /** How long it waits after the last failure; 0 without one. */
  long pauseSeconds() {
    return failures == 0 ? 0 : pauseSeconds(failures);
  }

  /** When {@link #isDue} may become true by itself; empty where it will not. */
  OptionalLong wakeNs() {
    if (taking || (!triggered && dueNs.isEmpty())) {
      return OptionalLong.empty();
    }
    if (pauseUntilNs.isPresent()) {
      boolean later = !triggered && dueNs.getAsLong() - pauseUntilNs.getAsLong() > 0;
      return later ? dueNs : pauseUntilNs;
    }
    return dueNs;
  }
}
