package io.coterie.agent.pipeline;

/**
 * When this board tells its neighbours how long its queues are: every period, and (ours) in between
 * after a change that matters. With periods alone, all neighbours hand to the same board until they
 * hear that it is not idle any more, and then none does. Not thread-safe.
 */
final class LoadReports {
  /** A change of I by this many tasks is reported before the period ends. */
  static final int CHANGE = 3;

  /** The most reports within one period. */
  static final int PER_PERIOD = 5;

  private int queued;
  private long toldNs;

  /** A load report is sent now. */
  void told(int nowQueued, long nowNs) {
    queued = nowQueued;
    toldNs = nowNs;
  }

  /** Whether a load report is to be sent before the period ends. */
  boolean isDue(int nowQueued, long nowNs, long periodNs) {
    return Math.abs(nowQueued - queued) >= CHANGE && nowNs - toldNs >= periodNs / PER_PERIOD;
  }
}
