package io.coterie.protocol.message;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.List;

/**
 * The one answer to a frame.
 *
 * @param frame the frame's identity
 * @param source last level of the input topic
 * @param label most probable label; absent where there is no answer
 * @param index its index; absent where there is no answer
 * @param confidence its probability in [0, 1]; absent where there is no answer
 * @param top the most probable labels, falling
 * @param portions how many portions took part
 * @param exit the exit that answered, from 1; absent where there is no answer
 * @param epoch the plan's epoch
 * @param latencyMs from the frame's arrival at the fuser to this answer
 * @param agents whose portion took part, in partition order; empty text for a missing one
 * @param reason why a frame was rejected or expired; absent otherwise
 * @param retryAfterMs when the next frame will be admitted, where that is why this one was
 *     rejected; absent otherwise
 */
public record Result(
    String frame,
    String source,
    Outcome status,
    String label,
    Integer index,
    Double confidence,
    List<Top> top,
    Portions portions,
    Integer exit,
    long epoch,
    double latencyMs,
    List<String> agents,
    String reason,
    Long retryAfterMs) {
  /** A label and its probability. */
  public record Top(String label, double confidence) {}

  /** Portions that came, of how many. */
  public record Portions(int have, int of) {}

  public Result {
    FrameKey.checkFrame(frame);
    Topics.checkName(source, "source");
    Check.present(status, "status");
    boolean answered = status == Outcome.OK || status == Outcome.DEGRADED;
    if (answered && (label == null || index == null || confidence == null)) {
      throw new IllegalArgumentException("missing: label, index or confidence of an answer");
    }
    top = Check.listOrEmpty(top, "top");
    Check.present(portions, "portions");
    agents = Check.listOrEmpty(agents, "agents");
  }

  /** A result without an answer. */
  public static Result without(
      Outcome status,
      FrameKey key,
      Portions portions,
      long epoch,
      double latencyMs,
      String reason) {
    return new Result(
        key.frame(),
        key.source(),
        status,
        null,
        null,
        null,
        List.of(),
        portions,
        null,
        epoch,
        latencyMs,
        List.of(),
        reason,
        null);
  }

  /** The same with the time after which the next frame will be admitted. */
  public Result retryAfter(long milliseconds) {
    return new Result(
        frame,
        source,
        status,
        label,
        index,
        confidence,
        top,
        portions,
        exit,
        epoch,
        latencyMs,
        agents,
        reason,
        milliseconds);
  }
}
