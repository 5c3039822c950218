package io.coterie.agent.pipeline;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import java.util.List;
import java.util.OptionalLong;

/**
 * A frame that is not answered yet, and the deepest state of it that the source computed itself.
 * Not thread-safe.
 */
final class PipelineFrame {
  private static final float[] NONE = {};

  private final FrameArrival arrival;
  private final Message message;
  private final long openedNs;
  private final boolean again;
  private int rejections;
  private boolean restarted;
  private OptionalLong lookNs = OptionalLong.empty();
  private int exit;
  private List<String> path = List.of();
  private float[] logits = NONE;
  private float[] activation = NONE;

  /**
   * Opens a frame.
   *
   * @param again whether this board, as the source, answered a frame of the same identity before
   */
  PipelineFrame(FrameArrival arrival, Message message, long openedNs, boolean again) {
    this.arrival = arrival;
    this.message = message;
    this.openedNs = openedNs;
    this.again = again;
  }

  FrameKey key() {
    return arrival.key();
  }

  FrameArrival arrival() {
    return arrival;
  }

  long openedNs() {
    return openedNs;
  }

  boolean again() {
    return again;
  }

  /** Another frame came under the same identity: its rejection is no result of this one. */
  void expectRejection() {
    rejections++;
  }

  /** Whether a result of this identity is such a rejection; each is one only once. */
  boolean takeRejection() {
    boolean expected = rejections > 0;
    rejections -= expected ? 1 : 0;
    return expected;
  }

  boolean restarted() {
    return restarted;
  }

  /** How long after its arrival the frame is looked at again; empty before the first time. */
  OptionalLong lookNs() {
    return lookNs;
  }

  void lookAgain(long afterNs) {
    lookNs = OptionalLong.of(afterNs);
  }

  /** The source computed a segment, from 1. The arrays are not copied. */
  void learn(int segment, List<String> through, float[] newLogits, float[] newActivation) {
    if (segment > exit) {
      exit = segment;
      path = through;
      logits = newLogits;
      activation = newActivation;
    }
  }

  /** Whether as many logits as the source itself got; any number before it has some. */
  boolean fits(float[] others) {
    return logits.length == 0 || logits.length == others.length;
  }

  /** What is to be computed next, from the deepest state there is. */
  Work begin(long deadlineNs) {
    return exit == 0
        ? Work.first(key(), message, deadlineNs)
        : Work.later(key(), exit + 1, activation, path, deadlineNs);
  }

  /** The same, once more; at most once per frame. */
  Work restart(long deadlineNs) {
    restarted = true;
    return begin(deadlineNs);
  }

  /** What is known at the deadline. */
  PipelineResult atDeadline(long deadlineMs) {
    if (exit > 0) {
      return PipelineResult.of(this, Outcome.DEGRADED, exit, path, logits);
    }
    String reason = "no answer within " + deadlineMs + " ms";
    return PipelineResult.without(arrival, Outcome.EXPIRED, reason, openedNs);
  }
}
