package io.coterie.agent.pipeline;

/**
 * The rules of arXiv 2408.05247 for where a task is computed, as pure functions. I is an input
 * queue, O an output queue, Gamma a mean service time, D a transfer time.
 */
final class Offloading {
  private Offloading() {}

  /**
   * Whether a worker keeps the next task of a frame for itself: I is empty or O above its limit.
   *
   * @param queued I, in tasks
   * @param outgoing O, in tasks
   * @param limit T_O, in tasks
   */
  static boolean keeps(int queued, int outgoing, int limit) {
    return queued == 0 || outgoing > limit;
  }

  /** Whether a neighbour may be offered a task: O of this worker is longer than I of that one. */
  static boolean mayOffer(int outgoing, int queuedThere) {
    return outgoing > queuedThere;
  }

  /**
   * Whether the head of O is handed over: surely where it is computed earlier there, else with the
   * probability min{1, I Gamma here / (D + I Gamma there)}.
   *
   * @param waitHereMs I Gamma of this worker
   * @param thereMs D + I Gamma of the neighbour
   * @param random in [0, 1)
   */
  static boolean offloads(double waitHereMs, double thereMs, double random) {
    return thereMs < waitHereMs || random < probability(waitHereMs, thereMs);
  }

  /** In [0, 1]; 0 where both are 0: nothing is gained. */
  static double probability(double waitHereMs, double thereMs) {
    return thereMs > 0 ? Math.min(1, waitHereMs / thereMs) : 0;
  }
}
