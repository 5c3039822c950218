package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage.Ack;
import io.coterie.protocol.message.InboxMessage.AckStatus;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.Report;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The tasks of one board: those that wait or are computed, and those that others have. Queues and
 * offloading are after arXiv 2408.05247; acknowledgements and that a board takes tasks of its own O
 * back are ours.
 *
 * <pre>
 * task received -----------------------------------> I --> computed
 * own task, I empty or O above its limit ----------> I
 * own task, no neighbour computes it --------------> I
 * own task otherwise ------------------------------> O
 * head of O, a neighbour is better ----------------> handed --done--> forgotten
 * in O, and deeper than all of I ------------------> computed
 * handed, and refused, late or its receiver lost --> head of O, or of I if that is empty
 * </pre>
 *
 * An own task is a frame at the source (ours: the paper has its first segment computed there), or
 * the next segment after one that was computed here. A task of a segment that the board does not
 * hold is always in O, and goes to the best neighbour.
 *
 * <p>Not thread-safe.
 */
final class TaskFlow {
  /** A change of I by this many tasks is reported before the period ends. */
  private static final int TOLD_CHANGE = 3;

  /** The most load reports within one period. */
  private static final int TOLD_PER_PERIOD = 5;

  private final String agent;
  private final Predicate<Work> wanted;
  private final SplittableRandom random;
  private final TaskQueues queues;
  private final Neighbours neighbours = new Neighbours();
  private final UnackedTasks unacked;
  private final ReceivedTasks received;
  private PipelineRole role;
  private int toldQueued;
  private long toldNs;
  private long offloaded;
  private long reoffered;

  /**
   * Begins without tasks.
   *
   * @param wanted whether a task is still needed, as far as this board knows
   */
  TaskFlow(String agent, Pipeline pipeline, long seed, Predicate<Work> wanted) {
    this.agent = agent;
    this.wanted = wanted;
    random = new SplittableRandom(seed);
    queues = new TaskQueues(pipeline);
    unacked = new UnackedTasks(seed);
    received = new ReceivedTasks(agent, pipeline);
  }

  /** Continues in a new role and takes back the tasks of neighbours that are lost. */
  void assign(PipelineRole newRole) {
    role = newRole;
    queues.assign(newRole);
    neighbours.assign(newRole);
    unacked.lost(neighbours).forEach(lost -> reoffer(lost.work()));
  }

  void heard(String neighbour, Load load, long nowNs) {
    neighbours.heard(neighbour, load, nowNs);
  }

  void tell(long nowNs, List<PipelineEffect> out) {
    toldQueued = queues.queued();
    toldNs = nowNs;
    Load load = new Load(role.deployment(), toldQueued, queues.waitMs(nowNs), queues.outgoing());
    out.add(new PipelineEffect.SendLoad(load));
  }

  /**
   * Reports the load before the period ends, if it has changed enough (ours: with periods alone,
   * all neighbours hand to the same board until they hear that it is not idle any more, and then
   * none does).
   */
  void tellChange(long nowNs, List<PipelineEffect> out) {
    boolean changed = Math.abs(queues.queued() - toldQueued) >= TOLD_CHANGE;
    if (changed && nowNs - toldNs >= periodNs() / TOLD_PER_PERIOD) {
      tell(nowNs, out);
    }
  }

  /** I + O, in tasks. */
  int queue() {
    return queues.queued() + queues.outgoing();
  }

  /**
   * Whether a task of the frame waits or is computed here, or is another's without acknowledgement.
   */
  boolean has(FrameKey key) {
    return queues.has(key) || unacked.has(key);
  }

  /** When {@link #reclaim} has to be called next. */
  OptionalLong nextDueNs() {
    return unacked.nextDueNs();
  }

  Report.PipelineReport report(Optional<Report.Intake> source) {
    return new Report.PipelineReport(
        role.deployment(),
        role.bundle(),
        role.pipeline(),
        queues.queued(),
        queues.outgoing(),
        unacked.size(),
        queues.computed(),
        offloaded,
        reoffered,
        received.refused(),
        source.orElse(null));
  }

  /** An own frame, or the next segment of one whose segment before was computed here. */
  void next(Work work, long nowNs) {
    int limit = role.rule().queues().offload();
    boolean keeps = Offloading.keeps(queues.waiting(), queues.outgoing(), limit);
    boolean alone = !neighbours.anyHolds(work.segment(), nowNs);
    if (queues.computes(work) && (keeps || alone)) {
      queues.keep(work);
    } else {
      queues.offer(work);
    }
  }

  void received(Task task, long nowNs, List<PipelineEffect> out) {
    boolean full = queue() >= role.rule().queues().most();
    received.take(task, role, full, nowNs, out).ifPresent(queues::keep);
  }

  void received(Ack ack, long nowNs) {
    Optional<UnackedTasks.Handed> settled = unacked.settle(ack.id(), ack.sender());
    if (settled.isEmpty()) {
      return;
    }
    UnackedTasks.Handed task = settled.get();
    int segment = task.work().segment();
    double roundTripMs = (nowNs - task.sentNs()) / 1e6;
    boolean done = ack.status() == AckStatus.DONE;
    neighbours
        .find(task.to())
        .ifPresent(state -> state.returned(segment, roundTripMs, ack.heldMs(), done));
    if (!done) {
      queues.putBack(task.work().refusedBy(task.to()));
    }
  }

  /** Ends the computation; gives its task, if that is the one that was computed. */
  Optional<Work> finish(Computed result) {
    return queues.finish(result);
  }

  /** This board cannot compute the task: another one may, else whoever sent it gets it back. */
  void failed(Work work, long nowNs, List<PipelineEffect> out) {
    Work failed = work.failedHere();
    if (neighbours.noneCanTake(failed)) {
      received.refuse(failed, nowNs, out);
    } else {
      queues.putBack(failed);
    }
  }

  /** Refuses the task towards the board that sent it. */
  void refuse(Work work, long nowNs, List<PipelineEffect> out) {
    received.refuse(work, nowNs, out);
  }

  /**
   * The frame was answered, or needs nothing more: whoever sent the task gets the acknowledgement.
   */
  void done(Work work, long nowNs, List<PipelineEffect> out) {
    received.done(work, nowNs, out);
  }

  /** Forgets own pictures: another board is the source now, and has them. */
  void dropFrames() {
    Predicate<Work> own = work -> work.segment() == 1 && work.origin().isEmpty();
    queues.remove(own);
    unacked.forget(own.negate());
  }

  /**
   * Takes back tasks whose acknowledgement is late, and gives up those that no board can compute or
   * whose frame is over.
   */
  void reclaim(long nowNs, List<PipelineEffect> out) {
    unacked.forget(wanted);
    unacked.late(nowNs).forEach(late -> reoffer(late.work().lateAt(late.to())));
    queues.remove(work -> !isWanted(work, nowNs)).forEach(work -> received.done(work, nowNs, out));
    queues
        .remove(work -> work.origin().isPresent() && isStranded(work))
        .forEach(work -> received.refuse(work, nowNs, out));
  }

  private boolean isStranded(Work work) {
    return !queues.computes(work) && neighbours.noneCanTake(work);
  }

  private void reoffer(Work work) {
    reoffered++;
    queues.putBack(work);
  }

  /** Starts the next computation if none is running. */
  void start(long nowNs, List<PipelineEffect> out) {
    while (queues.isIdle()) {
      Optional<Work> next = queues.poll();
      if (next.isEmpty()) {
        return;
      }
      if (isWanted(next.get(), nowNs)) {
        queues.begin(next.get(), nowNs);
        out.add(new PipelineEffect.Compute(next.get()));
      } else {
        received.done(next.get(), nowNs, out);
      }
    }
  }

  /**
   * Hands over from the head of O on, as long as a neighbour is better. What this board cannot
   * compute and nobody takes now is passed over.
   */
  void offload(long nowNs, List<PipelineEffect> out) {
    Iterator<Work> works = queues.outgoingTasks();
    while (works.hasNext()) {
      Work work = works.next();
      Optional<NeighbourState> to =
          isWanted(work, nowNs) ? destination(work, nowNs) : Optional.empty();
      if (to.isPresent()) {
        works.remove();
        hand(work, to.get(), nowNs, out);
      } else if (queues.computes(work)) {
        return;
      }
    }
  }

  private Optional<NeighbourState> destination(Work work, long nowNs) {
    boolean must = !queues.computes(work);
    List<NeighbourState> candidates = neighbours.candidates(work, must, nowNs);
    if (must) {
      return candidates.stream().findFirst();
    }
    double waitMs = queues.waitMs(nowNs);
    for (NeighbourState state : candidates) {
      if (Offloading.mayOffer(queues.outgoing(), state.queued())
          && Offloading.offloads(waitMs, state.thereMs(work.segment()), random.nextDouble())) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }

  private void hand(Work work, NeighbourState to, long nowNs, List<PipelineEffect> out) {
    double eachMs = queues.meanMs(work.segment());
    double expectedMs = to.expectedMs(work.segment(), eachMs);
    Work kept = work.acknowledged();
    String id = unacked.hand(kept, to.agent(), expectedMs, periodNs(), nowNs);
    to.handed(eachMs);
    offloaded++;
    // In this order: once the sender has the acknowledgement, only this board has the frame.
    out.add(new PipelineEffect.Send(to.agent(), work.task(id, agent, role, nowNs)));
    received.done(work, nowNs, out);
  }

  private boolean isWanted(Work work, long nowNs) {
    return nowNs - work.deadlineNs() < 0 && wanted.test(work);
  }

  private long periodNs() {
    return TimeUnit.MILLISECONDS.toNanos(role.rule().queues().periodMs());
  }
}
