package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.PipelineRole;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * The input queue I and the output queue O of one board, and the task that is computed. Not
 * thread-safe.
 */
final class TaskQueues {
  private final ServiceTimes times;
  private final Deque<Work> input = new ArrayDeque<>();
  private final Deque<Work> output = new ArrayDeque<>();
  private final long[] computed;
  private Optional<Work> running = Optional.empty();
  private long startedNs;
  private PipelineRole role;

  TaskQueues(Pipeline pipeline) {
    times = new ServiceTimes(pipeline);
    computed = new long[pipeline.exits()];
  }

  /** Moves the tasks of segments that the board does not hold any more to O. */
  void assign(PipelineRole newRole) {
    role = newRole;
    Predicate<Work> others = work -> !computes(work);
    output.addAll(input.stream().filter(others).toList());
    input.removeIf(others);
  }

  boolean computes(Work work) {
    return role.holds(work.segment()) && !work.failed();
  }

  /** I: tasks that wait for this board or are being computed. */
  int queued() {
    return input.size() + (running.isPresent() ? 1 : 0);
  }

  /** Tasks that wait for this board. */
  int waiting() {
    return input.size();
  }

  /** O: tasks that wait to be handed over. */
  int outgoing() {
    return output.size();
  }

  /** Whether a task of the frame waits or is computed here. */
  boolean has(FrameKey key) {
    return running.filter(work -> work.key().equals(key)).isPresent()
        || input.stream().anyMatch(work -> work.key().equals(key))
        || output.stream().anyMatch(work -> work.key().equals(key));
  }

  /** I Gamma: what the tasks in I will take, in milliseconds. */
  double waitMs(long nowNs) {
    double sum = 0;
    if (running.isPresent()) {
      double leftMs = times.meanMs(running.get().segment()) - (nowNs - startedNs) / 1e6;
      sum += Math.max(0, leftMs);
    }
    for (Work work : input) {
      sum += times.meanMs(work.segment());
    }
    return sum;
  }

  /** Gamma of a segment, from 1, in milliseconds. */
  double meanMs(int segment) {
    return times.meanMs(segment);
  }

  /** Adds a task to I, to be computed here. */
  void keep(Work work) {
    input.addLast(work);
  }

  /** Adds a task to O, to be handed over. */
  void offer(Work work) {
    output.addLast(work);
  }

  /**
   * Adds a task that another board did not do. It goes to the head of its queue, because it has
   * waited already.
   */
  void putBack(Work work) {
    (computes(work) && input.isEmpty() ? input : output).addFirst(work);
  }

  /**
   * The deepest task that this board can compute; of equals, one of I before one of O, and the
   * oldest (ours: else tasks in O would wait for as long as others come into I).
   */
  Optional<Work> poll() {
    Work deepest = null;
    for (Deque<Work> queue : List.of(input, output)) {
      for (Work work : queue) {
        boolean deeper = deepest == null || work.segment() > deepest.segment();
        deepest = deeper && computes(work) ? work : deepest;
      }
    }
    if (deepest != null && !input.remove(deepest)) {
      output.remove(deepest);
    }
    return Optional.ofNullable(deepest);
  }

  boolean isIdle() {
    return running.isEmpty();
  }

  void begin(Work work, long nowNs) {
    running = Optional.of(work);
    startedNs = nowNs;
  }

  /** Ends the computation; gives its task, if that is the one that was computed. */
  Optional<Work> finish(Computed result) {
    int segment = result.work().segment();
    Optional<Work> work =
        running.filter(w -> w.key().equals(result.work().key()) && w.segment() == segment);
    if (work.isPresent()) {
      running = Optional.empty();
      if (result.failure().isEmpty() && result.rejection().isEmpty()) {
        times.add(segment, result.ms());
        computed[segment - 1]++;
      }
    }
    return work;
  }

  /** O, from its head on; tasks can be removed. */
  Iterator<Work> outgoingTasks() {
    return output.iterator();
  }

  List<Work> remove(Predicate<Work> which) {
    if (input.isEmpty() && output.isEmpty()) {
      return List.of();
    }
    List<Work> removed = new ArrayList<>(input.stream().filter(which).toList());
    removed.addAll(output.stream().filter(which).toList());
    if (!removed.isEmpty()) {
      input.removeIf(which);
      output.removeIf(which);
    }
    return removed;
  }

  /** How many tasks of each segment were computed, from the first. */
  List<Long> computed() {
    return LongStream.of(computed).boxed().toList();
  }
}
