package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage.Fate;
import io.coterie.protocol.message.InboxMessage.Receipt;
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
 * offloading are after arXiv 2408.05247; custody, receipts and that a board takes tasks of its own
 * O back are ours.
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
  private final String agent;
  private final Predicate<Work> wanted;
  private final SplittableRandom random;
  private final TaskQueues queues;
  private final Neighbours neighbours = new Neighbours();
  private final Custody custody;
  private final TakenTasks taken;
  private final LoadReports reports = new LoadReports();
  private PipelineRole role;
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
    custody = new Custody(seed);
    taken = new TakenTasks(agent, pipeline);
  }

  /** Goes on under a new role: what neighbours had that are lost is taken back. */
  void assign(PipelineRole newRole) {
    role = newRole;
    queues.assign(newRole);
    neighbours.assign(newRole);
    custody.lost(neighbours).forEach(lost -> reoffer(lost.work()));
  }

  void heard(String neighbour, Load load, long nowNs) {
    neighbours.heard(neighbour, load, nowNs);
  }

  /** Tells the neighbours how long the queues are. */
  void tell(long nowNs, List<PipelineEffect> out) {
    int queued = queues.queued();
    reports.told(queued, nowNs);
    Load load = new Load(role.deployment(), queued, queues.waitMs(nowNs), queues.outgoing());
    out.add(new PipelineEffect.Tell(load));
  }

  /** Tells them before the period ends, if it matters. */
  void tellChange(long nowNs, List<PipelineEffect> out) {
    if (reports.isDue(queues.queued(), nowNs, periodNs())) {
      tell(nowNs, out);
    }
  }

  /** I + O, in tasks. */
  int queue() {
    return queues.queued() + queues.outgoing();
  }

  /** Whether a task of the frame waits or is computed here, or is another's without receipt. */
  boolean has(FrameKey key) {
    return queues.has(key) || custody.has(key);
  }

  /** When {@link #reclaim} has something to do next. */
  OptionalLong nextDueNs() {
    return custody.nextDueNs();
  }

  Report.Piped report(Optional<Report.Intake> source) {
    return new Report.Piped(
        role.deployment(),
        role.bundle(),
        role.pipeline(),
        queues.queued(),
        queues.outgoing(),
        custody.size(),
        queues.computed(),
        offloaded,
        reoffered,
        taken.refused(),
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

  /** A task arrived. */
  void received(Task task, long nowNs, List<PipelineEffect> out) {
    boolean full = queue() >= role.rule().queues().most();
    taken.take(task, role, full, nowNs, out).ifPresent(queues::keep);
  }

  /** A receipt arrived. */
  void received(Receipt receipt, long nowNs) {
    Optional<Custody.Handed> settled = custody.settle(receipt.id(), receipt.sender());
    if (settled.isEmpty()) {
      return;
    }
    Custody.Handed task = settled.get();
    int segment = task.work().segment();
    double roundTripMs = (nowNs - task.sentNs()) / 1e6;
    boolean done = receipt.fate() == Fate.DONE;
    neighbours
        .peer(task.to())
        .ifPresent(peer -> peer.returned(segment, roundTripMs, receipt.heldMs(), done));
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
      taken.refuse(failed, nowNs, out);
    } else {
      queues.putBack(failed);
    }
  }

  /** Whoever sent the task gets it back. */
  void refuse(Work work, long nowNs, List<PipelineEffect> out) {
    taken.refuse(work, nowNs, out);
  }

  /** The frame was answered, or needs nothing more: whoever sent the task gets the receipt. */
  void done(Work work, long nowNs, List<PipelineEffect> out) {
    taken.done(work, nowNs, out);
  }

  /** Forgets own pictures: another board is the source now, and has them. */
  void dropFrames() {
    Predicate<Work> own = work -> work.segment() == 1 && work.origin().isEmpty();
    queues.remove(own);
    custody.forget(own.negate());
  }

  /** Takes back what is late, and gives up what nobody can compute or nobody waits for. */
  void reclaim(long nowNs, List<PipelineEffect> out) {
    custody.forget(wanted);
    custody.late(nowNs).forEach(late -> reoffer(late.work().lateAt(late.to())));
    queues.remove(work -> !isWanted(work, nowNs)).forEach(work -> taken.done(work, nowNs, out));
    queues
        .remove(work -> work.origin().isPresent() && isStranded(work))
        .forEach(work -> taken.refuse(work, nowNs, out));
  }

  private boolean isStranded(Work work) {
    return !queues.computes(work) && neighbours.noneCanTake(work);
  }

  private void reoffer(Work work) {
    reoffered++;
    queues.putBack(work);
  }

  /** Begins to compute if nothing is computed. */
  void start(long nowNs, List<PipelineEffect> out) {
    while (queues.isIdle()) {
      Optional<Work> next = queues.poll();
      if (next.isEmpty()) {
        return;
      }
      if (isWanted(next.get(), nowNs)) {
        queues.begin(next.get(), nowNs);
        out.add(new PipelineEffect.Compute(next.get().job()));
      } else {
        taken.done(next.get(), nowNs, out);
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
      Optional<Peer> to = isWanted(work, nowNs) ? destination(work, nowNs) : Optional.empty();
      if (to.isPresent()) {
        works.remove();
        hand(work, to.get(), nowNs, out);
      } else if (queues.computes(work)) {
        return;
      }
    }
  }

  private Optional<Peer> destination(Work work, long nowNs) {
    boolean must = !queues.computes(work);
    List<Peer> candidates = neighbours.candidates(work, must, nowNs);
    if (must) {
      return candidates.stream().findFirst();
    }
    double waitMs = queues.waitMs(nowNs);
    for (Peer peer : candidates) {
      if (Offloading.mayOffer(queues.outgoing(), peer.queued())
          && Offloading.offloads(waitMs, peer.thereMs(work.segment()), random.nextDouble())) {
        return Optional.of(peer);
      }
    }
    return Optional.empty();
  }

  private void hand(Work work, Peer to, long nowNs, List<PipelineEffect> out) {
    double eachMs = queues.meanMs(work.segment());
    double expectedMs = to.expectedMs(work.segment(), eachMs);
    Work kept = work.acknowledged();
    String id = custody.hand(kept, to.agent(), expectedMs, periodNs(), nowNs);
    to.handed(eachMs);
    offloaded++;
    // In this order: once the sender has the receipt, only this board has the frame.
    out.add(new PipelineEffect.Send(to.agent(), work.task(id, agent, role, nowNs)));
    taken.done(work, nowNs, out);
  }

  private boolean isWanted(Work work, long nowNs) {
    return nowNs - work.deadlineNs() < 0 && wanted.test(work);
  }

  private long periodNs() {
    return TimeUnit.MILLISECONDS.toNanos(role.rule().queues().periodMs());
  }
}
