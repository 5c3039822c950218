package io.coterie.agent.pipeline;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.PipelineRole;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A task that this board has: a segment that is to be computed for a frame.
 *
 * @param segment from 1
 * @param frame the picture, for segment 1 only
 * @param activation what any other segment reads; not copied
 * @param path agents that computed the segments before, in order
 * @param origin the board that is to get an acknowledgement for it; empty for own tasks
 * @param refusedBy neighbours that handed it back: it is not offered to them again
 * @param lateAt neighbours whose acknowledgement did not come in time: others are better
 * @param failed whether this board could not compute it
 */
record Work(
    FrameKey key,
    int segment,
    Optional<Message> frame,
    float[] activation,
    List<String> path,
    long deadlineNs,
    Optional<Origin> origin,
    Set<String> refusedBy,
    Set<String> lateAt,
    boolean failed) {
  private static final float[] NONE = {};

  /**
   * A task that came from another board.
   *
   * @param id unique among the tasks of its sender
   * @param deployment as its sender says
   */
  record Origin(String sender, String id, String deployment, long receivedNs) {}

  Work {
    path = List.copyOf(path);
    refusedBy = Set.copyOf(refusedBy);
    lateAt = Set.copyOf(lateAt);
  }

  /** A task that no other board has had yet. */
  private Work(
      FrameKey key,
      int segment,
      Optional<Message> frame,
      float[] activation,
      List<String> path,
      long deadlineNs,
      Optional<Origin> origin) {
    this(key, segment, frame, activation, path, deadlineNs, origin, Set.of(), Set.of(), false);
  }

  static Work first(FrameKey key, Message frame, long deadlineNs) {
    return new Work(key, 1, Optional.of(frame), NONE, List.of(), deadlineNs, Optional.empty());
  }

  /** Any later segment of an own frame. */
  static Work later(
      FrameKey key, int segment, float[] activation, List<String> path, long deadlineNs) {
    return new Work(key, segment, Optional.empty(), activation, path, deadlineNs, Optional.empty());
  }

  static Work of(InboxMessage.Task task, long deadlineNs, Origin origin) {
    return new Work(
        task.key(),
        task.segment(),
        task.frame(),
        task.activation(),
        task.path(),
        deadlineNs,
        Optional.of(origin));
  }

  /** The next segment, after this one was computed here. */
  Work next(String agent, float[] nextActivation) {
    return new Work(
        key, segment + 1, Optional.empty(), nextActivation, pathThrough(agent), deadlineNs, origin);
  }

  List<String> pathThrough(String agent) {
    List<String> longer = new ArrayList<>(path);
    longer.add(agent);
    return longer;
  }

  /** This task without its origin, after its sender has got the acknowledgement. */
  Work acknowledged() {
    return with(Optional.empty(), refusedBy, lateAt, failed);
  }

  Work refusedBy(String neighbour) {
    return with(origin, plus(refusedBy, neighbour), lateAt, failed);
  }

  Work lateAt(String neighbour) {
    return with(origin, refusedBy, plus(lateAt, neighbour), failed);
  }

  Work failedHere() {
    return with(origin, refusedBy, lateAt, true);
  }

  /** The message that hands it over, with an id of this board's. */
  InboxMessage.Task task(String id, String agent, PipelineRole role, long nowNs) {
    long leftMs = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNs - nowNs));
    return new InboxMessage.Task(
        id,
        agent,
        role.deployment(),
        role.bundle(),
        role.pipeline(),
        segment,
        key,
        leftMs,
        path,
        frame,
        activation);
  }

  /** The answer of its exit, for the source. */
  InboxMessage.Answer answer(String agent, PipelineRole role, float[] logits) {
    return new InboxMessage.Answer(
        role.deployment(),
        role.bundle(),
        role.pipeline(),
        key,
        segment,
        pathThrough(agent),
        logits);
  }

  private Work with(Optional<Origin> from, Set<String> refused, Set<String> late, boolean fails) {
    return new Work(key, segment, frame, activation, path, deadlineNs, from, refused, late, fails);
  }

  private static Set<String> plus(Set<String> names, String name) {
    Set<String> all = new HashSet<>(names);
    all.add(name);
    return all;
  }
}
