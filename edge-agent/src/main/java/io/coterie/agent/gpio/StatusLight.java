package io.coterie.agent.gpio;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Decides what the status LED shows. Immutable; every input gives a new one. Of several patterns
 * that fit, the first one of this list:
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
 * @param sinceNs when the pattern began
 * @param workedNs when it last computed something; likewise the other two
 * @param identifyUntilNs while somebody looks for the board
 */
record StatusLight(
    Condition condition,
    BlinkPattern pattern,
    long sinceNs,
    OptionalLong workedNs,
    OptionalLong failedNs,
    OptionalLong droppedNs,
    OptionalLong identifyUntilNs) {
  static final long WORK_NS = TimeUnit.SECONDS.toNanos(2);
  static final long TROUBLE_NS = TimeUnit.SECONDS.toNanos(10);
  static final long IDENTIFY_NS = TimeUnit.SECONDS.toNanos(10);

  /** Before anything is known. */
  static StatusLight begin(long nowNs) {
    return new StatusLight(
        Condition.UNKNOWN,
        BlinkPattern.JOINING,
        nowNs,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** After a look at the agent. */
  StatusLight seen(Condition now, long nowNs) {
    return new StatusLight(
            now,
            pattern,
            sinceNs,
            since(workedNs, condition.worked() != now.worked(), nowNs),
            since(failedNs, now.failed() > condition.failed(), nowNs),
            since(droppedNs, now.dropped() > condition.dropped(), nowNs),
            identifyUntilNs)
        .at(nowNs);
  }

  private static OptionalLong since(OptionalLong before, boolean changed, long nowNs) {
    return changed ? OptionalLong.of(nowNs) : before;
  }

  /** After somebody asked which board this is. */
  StatusLight identify(long nowNs) {
    return new StatusLight(
            condition,
            pattern,
            sinceNs,
            workedNs,
            failedNs,
            droppedNs,
            OptionalLong.of(nowNs + IDENTIFY_NS))
        .at(nowNs);
  }

  /** After time has passed. */
  StatusLight at(long nowNs) {
    BlinkPattern fitting = fitting(nowNs);
    return fitting == pattern
        ? this
        : new StatusLight(
            condition, fitting, nowNs, workedNs, failedNs, droppedNs, identifyUntilNs);
  }

  private BlinkPattern fitting(long nowNs) {
    if (identifyUntilNs.isPresent() && nowNs - identifyUntilNs.getAsLong() < 0) {
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

  boolean lit(long nowNs) {
    return pattern.litAt(nowNs - sinceNs);
  }

  /** When to look again, if nothing else happens; empty where nothing will change. */
  OptionalLong dueNs(long nowNs) {
    OptionalLong change = pattern.nextChangeNs(nowNs - sinceNs);
    return change.isPresent() ? OptionalLong.of(sinceNs + change.getAsLong()) : change;
  }
}
