package io.coterie.agent.pipeline;

/**
 * When this board tells its neighbours how long its queues are: every period, and (ours) in between
 * after a change that matters. With periods alone, all neighbours hand to the same board until they
 * hear that it is not idle any more, and then none does. Not thread-safe.
 */
final class LoadReports {
  /** Tasks in I that matter. */
  static final int CHANGE = 3;

  /** At most so many reports between two periods' ends. */
  static final int PER_PERIOD = 5;

  private int queued;
  private long toldNs;

  /** The neighbours are told now. */
  void told(int nowQueued, long nowNs) {
    queued = nowQueued;
    toldNs = nowNs;
  }

  /** Whether to tell them before the period ends. */
  boolean isDue(int nowQueued, long nowNs, long periodNs) {
    return Math.abs(nowQueued - queued) >= CHANGE && nowNs - toldNs >= periodNs / PER_PERIOD;
  }
}
