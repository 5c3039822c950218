package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.ExitPolicy;

/** Tells whether a frame leaves at an exit. Pure functions. */
final class Exits {
  private static final float[] NONE = {};

  private Exits() {}

  /**
   * Whether the answer is good enough. At the largest threshold there is everything leaves, also
   * where the score is just as large; policies that compare exits never say so here.
   *
   * @param threshold of the policy; for max-softmax 1 - T_e of arXiv 2408.05247
   */
  static boolean leaves(ExitPolicy policy, double[] probabilities, double threshold) {
    if (policy.comparesExits()) {
      return false;
    }
    ExitPolicy.Evidence evidence = new ExitPolicy.Evidence(NONE, NONE, NONE, NONE, probabilities);
    return threshold >= policy.largestThreshold() || policy.leaves(evidence, threshold);
  }
}
