package io.coterie.agent.pipeline;

import java.util.Optional;

/**
 * What came of computing a task's segment. The arrays are not copied.
 *
 * @param ms time that the computation took
 * @param logits of the segment's exit; empty without an answer
 * @param activation for the next segment; empty after the last
 * @param rejection why the frame is unusable; only segment 1 finds that
 * @param failure why the inference failed
 */
record Computed(
    Work work,
    double ms,
    float[] logits,
    float[] activation,
    Optional<String> rejection,
    Optional<String> failure) {
  private static final float[] NONE = {};

  static Computed of(Work work, double ms, float[] logits, float[] activation) {
    return new Computed(work, ms, logits, activation, Optional.empty(), Optional.empty());
  }

  static Computed rejected(Work work, double ms, String reason) {
    return new Computed(work, ms, NONE, NONE, Optional.of(reason), Optional.empty());
  }

  static Computed failed(Work work, double ms, String reason) {
    return new Computed(work, ms, NONE, NONE, Optional.empty(), Optional.of(reason));
  }
}
