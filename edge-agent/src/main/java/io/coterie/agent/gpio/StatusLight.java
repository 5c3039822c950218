package io.coterie.agent.gpio;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Decides what the status LED shows. Of several patterns that fit, the first one of this list:
 *
 * <pre>
 * identify   for 10 s after it was asked for
 * joining    no connection
 * error      something failed in the last 10 s
 * draining   was asked to
 * degraded   impaired, or a frame dropped in the last 10 s
 * inferring  computed something in the last 2 s
 * assigned   has a role
 * idle
 * </pre>
 *
 * Not thread-safe.
 */
final class StatusLight {
  static final long WORK_NS = TimeUnit.SECONDS.toNanos(2);
  static final long TROUBLE_NS = TimeUnit.SECONDS.toNanos(10);
  static final long IDENTIFY_NS = TimeUnit.SECONDS.toNanos(10);

  private Condition condition = Condition.UNKNOWN;
  private BlinkPattern pattern = BlinkPattern.JOINING;
  private long sinceNs;
  private OptionalLong workedNs = OptionalLong.empty();
  private OptionalLong failedNs = OptionalLong.empty();
  private OptionalLong droppedNs = OptionalLong.empty();
  private OptionalLong identifyNs = OptionalLong.empty();

  /** Begins before anything is known. */
  StatusLight(long nowNs) {
    sinceNs = nowNs;
  }

  void seen(Condition now, long nowNs) {
    OptionalLong changedNs = OptionalLong.of(nowNs);
    workedNs = now.worked() != condition.worked() ? changedNs : workedNs;
    failedNs = now.failed() > condition.failed() ? changedNs : failedNs;
    droppedNs = now.dropped() > condition.dropped() ? changedNs : droppedNs;
    condition = now;
    tick(nowNs);
  }

  /** After somebody asked which board this is. */
  void identify(long nowNs) {
    identifyNs = OptionalLong.of(nowNs);
    tick(nowNs);
  }

  void tick(long nowNs) {
    BlinkPattern fitting = fitting(nowNs);
    if (fitting != pattern) {
      pattern = fitting;
      sinceNs = nowNs;
    }
  }

  private BlinkPattern fitting(long nowNs) {
    if (within(identifyNs, IDENTIFY_NS, nowNs)) {
      return BlinkPattern.IDENTIFY;
    }
    if (!condition.connected()) {
      return BlinkPattern.JOINING;
    }
    if (within(failedNs, TROUBLE_NS, nowNs)) {
      return BlinkPattern.ERROR;
    }
    if (condition.draining()) {
      return BlinkPattern.DRAINING;
    }
    if (condition.impaired() || within(droppedNs, TROUBLE_NS, nowNs)) {
      return BlinkPattern.DEGRADED;
    }
    if (within(workedNs, WORK_NS, nowNs)) {
      return BlinkPattern.INFERRING;
    }
    return condition.assigned() ? BlinkPattern.ASSIGNED : BlinkPattern.IDLE;
  }

  private static boolean within(OptionalLong whenNs, long spanNs, long nowNs) {
    return whenNs.isPresent() && nowNs - whenNs.getAsLong() < spanNs;
  }

  BlinkPattern pattern() {
    return pattern;
  }

  boolean lit(long nowNs) {
    return pattern.litAt(nowNs - sinceNs);
  }

  /** When to look again, if nothing else happens; empty where nothing will change. */
  OptionalLong dueNs(long nowNs) {
    OptionalLong change = pattern.nextChangeNs(nowNs - sinceNs);
    return change.isPresent() ? OptionalLong.of(sinceNs + change.getAsLong()) : change;
  }
}
