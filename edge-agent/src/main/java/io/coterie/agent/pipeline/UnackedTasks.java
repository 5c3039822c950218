package io.coterie.agent.pipeline;

import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * The tasks that others have and no acknowledgement came for yet (ours): a board that is lost with
 * tasks in hand loses none of them.
 *
 * <pre>
 * handed --acknowledgement done--------------------------> forgotten
 *        --acknowledgement refused, late, receiver lost--> taken back
 *        --deadline of the frame-----------------> forgotten
 * </pre>
 *
 * Not thread-safe.
 */
final class UnackedTasks {
  /** An acknowledgement is late after this multiple of the expected time. */
  static final double LATE_FACTOR = 4;

  /** An acknowledgement is not late before this many periods have passed. */
  static final int LATE_PERIODS = 2;

  /**
   * A task that another board has.
   *
   * @param dueNs when its acknowledgement is late
   */
  record Handed(Work work, String to, long sentNs, long dueNs) {}

  private final String prefix;
  private final Map<String, Handed> handed = new LinkedHashMap<>();
  private long next;

  /** Makes ids that no other incarnation of this board makes, as long as its seed differs. */
  UnackedTasks(long seed) {
    prefix = Long.toHexString(seed) + "-";
  }

  /**
   * Keeps a task that is handed over now, and gives it its id.
   *
   * @param expectedMs when its acknowledgement is to be expected
   */
  String hand(Work work, String to, double expectedMs, long periodNs, long nowNs) {
    double lateNs = Math.max(LATE_FACTOR * expectedMs * 1e6, (double) LATE_PERIODS * periodNs);
    long dueNs = nowNs + (long) lateNs;
    boolean beyond = dueNs - work.deadlineNs() > 0;
    String id = prefix + next++;
    handed.put(id, new Handed(work, to, nowNs, beyond ? work.deadlineNs() : dueNs));
    return id;
  }

  /**
   * Removes and returns the task that an acknowledgement is for; nothing if the task is not known,
   * or not any more.
   */
  Optional<Handed> settle(String id, String from) {
    Handed known = handed.get(id);
    if (known == null || !known.to().equals(from)) {
      return Optional.empty();
    }
    handed.remove(id);
    return Optional.of(known);
  }

  /**
   * Removes and returns the tasks whose acknowledgement is late, and forgets those beyond their
   * deadline.
   */
  List<Handed> late(long nowNs) {
    take(task -> nowNs - task.work().deadlineNs() >= 0);
    return take(task -> nowNs - task.dueNs() >= 0);
  }

  /** Removes and returns the tasks of boards that are not neighbours any more. */
  List<Handed> lost(Neighbours neighbours) {
    return take(task -> !neighbours.contains(task.to()));
  }

  /** Forgets the tasks of frames that are not wanted any more. */
  void forget(Predicate<Work> wanted) {
    take(task -> !wanted.test(task.work()));
  }

  private List<Handed> take(Predicate<Handed> which) {
    List<Handed> taken = new ArrayList<>();
    Iterator<Handed> tasks = handed.values().iterator();
    while (tasks.hasNext()) {
      Handed task = tasks.next();
      if (which.test(task)) {
        tasks.remove();
        taken.add(task);
      }
    }
    return taken;
  }

  boolean has(FrameKey key) {
    return handed.values().stream().anyMatch(task -> task.work().key().equals(key));
  }

  /** When {@link #late} has to be called next. */
  OptionalLong nextDueNs() {
    return EventLoop.earliest(handed.values().stream().mapToLong(Handed::dueNs));
  }

  int size() {
    return handed.size();
  }
}
