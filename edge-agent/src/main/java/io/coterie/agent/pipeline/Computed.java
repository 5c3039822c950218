package io.coterie.agent.pipeline;

import io.coterie.protocol.message.FrameKey;
import java.util.Optional;

/**
 * The outcome of a {@link Job}. The arrays are not copied.
 *
 * @param ms time that the computation took
 * @param logits of the segment's exit; empty without an answer
 * @param activation for the next segment; empty after the last
 * @param rejection why the frame is unusable; only segment 1 finds that
 * @param failure why the inference failed
 */
record Computed(
    FrameKey key,
    int segment,
    double ms,
    float[] logits,
    float[] activation,
    Optional<String> rejection,
    Optional<String> failure) {
  private static final float[] NONE = {};

  static Computed of(Job job, double ms, float[] logits, float[] activation) {
    return new Computed(
        job.key(), job.segment(), ms, logits, activation, Optional.empty(), Optional.empty());
  }

  static Computed rejected(Job job, double ms, String reason) {
    return new Computed(
        job.key(), job.segment(), ms, NONE, NONE, Optional.of(reason), Optional.empty());
  }

  static Computed failed(Job job, double ms, String reason) {
    return new Computed(
        job.key(), job.segment(), ms, NONE, NONE, Optional.empty(), Optional.of(reason));
  }
}
