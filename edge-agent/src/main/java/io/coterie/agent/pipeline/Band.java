package io.coterie.agent.pipeline;

import io.coterie.protocol.message.PipelineRule.Queues;

/**
 * Between which lengths the source's queues I + O are to be, in tasks.
 *
 * @param low T_Q1 of arXiv 2408.05247
 * @param high T_Q2
 */
record Band(double low, double high) {
  /** The middle of the band is what the fleet completes in this part of the deadline. */
  private static final double DEADLINE_PART = 0.25;

  private static final double LEAST_LOW = 2;
  private static final double LEAST_WIDTH = 2;

  /**
   * The rule's band. Where frames would wait in it for longer than a quarter of their deadline, it
   * is narrowed in proportion, down to 2 to 4 tasks (ours: else a slow fleet would only compute
   * frames that are over).
   *
   * @param perSecond frames that the fleet completes; 0 where that is not known
   */
  static Band of(Queues queues, double perSecond, long deadlineMs) {
    double middle = (queues.low() + queues.high()) / 2.0;
    double most = DEADLINE_PART * perSecond * deadlineMs / 1000;
    double scale = perSecond > 0 ? Math.min(1, most / middle) : 1;
    double low = Math.min(queues.low(), Math.max(LEAST_LOW, scale * queues.low()));
    double high = Math.min(queues.high(), Math.max(low + LEAST_WIDTH, scale * queues.high()));
    return new Band(low, high);
  }

  double middle() {
    return (low + high) / 2;
  }

  double half() {
    return (high - low) / 2;
  }

  /** 1 at the low end, 0 in the middle, -1 at the high end, and so on outside. */
  double room(int queue) {
    return (middle() - queue) / half();
  }
}
