package io.coterie.agent.pipeline;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.message.Outcome;
import java.util.List;
import java.util.OptionalLong;

/**
 * The one result of a frame.
 *
 * @param exit that answers, from 1; 0 without an answer
 * @param path agents that computed the segments up to it, in order
 * @param logits of that exit; empty without an answer; not copied
 * @param reason why there is none; empty otherwise
 * @param retryAfterMs when the next frame will be admitted, where that is the reason
 * @param openedNs when the frame arrived
 */
record PipelineResult(
    FrameArrival arrival,
    Outcome status,
    int exit,
    List<String> path,
    float[] logits,
    String reason,
    OptionalLong retryAfterMs,
    long openedNs) {
  private static final float[] NONE = {};

  PipelineResult {
    path = List.copyOf(path);
  }

  static PipelineResult of(
      PipelineFrame frame, Outcome status, int exit, List<String> path, float[] logits) {
    return new PipelineResult(
        frame.arrival(), status, exit, path, logits, "", OptionalLong.empty(), frame.openedNs());
  }

  static PipelineResult rejected(PipelineFrame frame, String reason) {
    return without(frame.arrival(), Outcome.REJECTED, reason, frame.openedNs());
  }

  static PipelineResult without(
      FrameArrival arrival, Outcome status, String reason, long openedNs) {
    OptionalLong never = OptionalLong.empty();
    return new PipelineResult(arrival, status, 0, List.of(), NONE, reason, never, openedNs);
  }

  PipelineResult retryAfter(long ms) {
    OptionalLong after = OptionalLong.of(ms);
    return new PipelineResult(arrival, status, exit, path, logits, reason, after, openedNs);
  }
}
