package io.coterie.lab.demo;

/**
 * What became of one frame.
 *
 * @param sentNs when it was published
 * @param latencyMs from then to its answer; infinite where it has none
 * @param correct whether the answer is right; false where it has none
 */
record FrameTrace(long sentNs, double latencyMs, boolean correct) {
  /** Whether an answer came, right or wrong. */
  boolean answered() {
    return latencyMs < Double.POSITIVE_INFINITY;
  }
}
