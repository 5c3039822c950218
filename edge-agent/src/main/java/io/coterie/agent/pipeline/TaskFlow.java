package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage.Fate;
import io.coterie.protocol.message.InboxMessage.Receipt;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * The tasks of one board: its input queue I, its output queue O, the one that is computed, and
 * those that others have. Queues and offloading are after arXiv 2408.05247; custody, receipts and
 * that a board without work takes its own O back are ours.
 *
 * <pre>
 * own frame, task received ------------------------> I --> computed
 * next segment, I empty or O above its limit ------> I
 * next segment otherwise --------------------------> O
 * head of O, a neighbour is better ----------------> handed --done--> forgotten
 * head of O, nothing else to compute --------------> computed
 * handed, and refused, late or its receiver lost --> O, or I if that is empty
 * </pre>
 *
 * Not thread-safe.
 */
final class TaskFlow {
  /** What was done since the start. */
  record Counters(List<Long> computed, long offloaded, long reoffered, long refused) {}

  private final String agent;
  private final Pipeline pipeline;
  private final Predicate<FrameKey> wanted;
  private final SplittableRandom random;
  private final ServiceTimes times;
  private final Neighbours neighbours = new Neighbours();
  private final Custody custody;
  private final TakenTasks taken;
  private final Deque<Work> input = new ArrayDeque<>();
  private final Deque<Work> output = new ArrayDeque<>();
  private final long[] computed;
  private Optional<Work> running = Optional.empty();
  private long startedNs;
  private PipelineRole role;
  private long offloaded;
  private long reoffered;

  /**
   * Begins without tasks.
   *
   * @param wanted whether a frame still needs an answer, as far as this board knows
   */
  TaskFlow(String agent, Pipeline pipeline, long seed, Predicate<FrameKey> wanted) {
    this.agent = agent;
    this.pipeline = pipeline;
    this.wanted = wanted;
    random = new SplittableRandom(seed);
    times = new ServiceTimes(pipeline);
    custody = new Custody(seed);
    taken = new TakenTasks(agent, pipeline);
    computed = new long[pipeline.exits()];
  }

  /** Goes on under a new role: what neighbours had that are lost is taken back. */
  void assign(PipelineRole newRole) {
    role = newRole;
    neighbours.assign(newRole);
    for (Work work : List.copyOf(input)) {
      if (!computes(work)) {
        input.remove(work);
        output.addLast(work);
      }
    }
    custody.lost(neighbours).forEach(lost -> reoffer(lost.work()));
  }

  void heard(String neighbour, Load load, long nowNs) {
    neighbours.heard(neighbour, load, nowNs);
  }

  Load load(long nowNs) {
    return new Load(role.deployment(), queued(), waitMs(nowNs), output.size());
  }

  /** I: tasks that wait for this board or are being computed. */
  int queued() {
    return input.size() + (running.isPresent() ? 1 : 0);
  }

  /** O: tasks that wait to be handed over. */
  int outgoing() {
    return output.size();
  }

  /** Tasks that others have. */
  int handed() {
    return custody.size();
  }

  Counters counters() {
    List<Long> each = new ArrayList<>();
    for (long count : computed) {
      each.add(count);
    }
    return new Counters(each, offloaded, reoffered, taken.refused());
  }

  /** Whether a task of the frame waits or is computed here. */
  boolean has(FrameKey key) {
    return running.filter(work -> work.key().equals(key)).isPresent()
        || input.stream().anyMatch(work -> work.key().equals(key))
        || output.stream().anyMatch(work -> work.key().equals(key));
  }

  /** When {@link #reclaim} has something to do next. */
  OptionalLong nextDueNs() {
    return custody.nextDueNs();
  }

  /** A new task of this board. */
  void add(Work work) {
    (computes(work) ? input : output).addLast(work);
  }

  /** The next segment of a frame, the one before was computed here. */
  void next(Work work, long nowNs) {
    int limit = role.rule().queues().offload();
    boolean keeps = Offloading.keeps(input.size(), output.size(), limit);
    boolean alone = !neighbours.anyHolds(work.segment(), nowNs);
    (computes(work) && (keeps || alone) ? input : output).addLast(work);
  }

  /** A task arrived. */
  void received(Task task, long nowNs, List<PipelineEffect> out) {
    boolean full = queued() + output.size() >= role.rule().queues().most();
    taken.take(task, role, full, nowNs, out).ifPresent(input::addLast);
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
      putBack(task.work().refusedBy(task.to()));
    }
  }

  /** Ends the computation; gives its task, if that is the one that was computed. */
  Optional<Work> finish(Computed result) {
    Optional<Work> work =
        running.filter(w -> w.key().equals(result.key()) && w.segment() == result.segment());
    if (work.isPresent()) {
      running = Optional.empty();
      if (result.failure().isEmpty() && result.rejection().isEmpty()) {
        times.add(result.segment(), result.ms());
        computed[result.segment() - 1]++;
      }
    }
    return work;
  }

  /** This board cannot compute the task: another one may, else whoever sent it gets it back. */
  void failed(Work work, long nowNs, List<PipelineEffect> out) {
    Work failed = work.failedHere();
    if (neighbours.noneCanTake(failed)) {
      taken.refuse(failed, nowNs, out);
    } else {
      output.addFirst(failed);
    }
  }

  /** The frame was answered, or needs nothing more: whoever sent the task gets the receipt. */
  void done(Work work, long nowNs, List<PipelineEffect> out) {
    taken.done(work, nowNs, out);
  }

  /** Takes back what is late, and gives up what nobody can compute or nobody waits for. */
  void reclaim(long nowNs, List<PipelineEffect> out) {
    custody.forget(work -> wanted.test(work.key()));
    custody.late(nowNs).forEach(late -> reoffer(late.work().lateAt(late.to())));
    dropUnwanted(input, nowNs, out);
    dropUnwanted(output, nowNs, out);
    for (Work work : List.copyOf(output)) {
      boolean stranded = !computes(work) && neighbours.noneCanTake(work);
      if (stranded && work.origin().isPresent()) {
        output.remove(work);
        taken.refuse(work, nowNs, out);
      }
    }
  }

  private void dropUnwanted(Deque<Work> queue, long nowNs, List<PipelineEffect> out) {
    Iterator<Work> works = queue.iterator();
    while (works.hasNext()) {
      Work work = works.next();
      if (!isWanted(work, nowNs)) {
        works.remove();
        done(work, nowNs, out);
      }
    }
  }

  private void reoffer(Work work) {
    reoffered++;
    putBack(work);
  }

  private void putBack(Work work) {
    (computes(work) && input.isEmpty() ? input : output).addFirst(work);
  }

  /** Begins to compute if nothing is computed: the head of I, else the first of O it can. */
  void start(long nowNs, List<PipelineEffect> out) {
    while (running.isEmpty()) {
      Optional<Work> head = Optional.ofNullable(input.pollFirst()).or(this::takeBack);
      if (head.isEmpty()) {
        return;
      }
      if (isWanted(head.get(), nowNs)) {
        running = head;
        startedNs = nowNs;
        out.add(new PipelineEffect.Compute(head.get().job()));
      } else {
        done(head.get(), nowNs, out);
      }
    }
  }

  private Optional<Work> takeBack() {
    Optional<Work> first = output.stream().filter(this::computes).findFirst();
    first.ifPresent(output::remove);
    return first;
  }

  /**
   * Hands over from the head of O on, as long as a neighbour is better. What this board cannot
   * compute and nobody takes now is passed over.
   */
  void offload(long nowNs, List<PipelineEffect> out) {
    Iterator<Work> works = output.iterator();
    while (works.hasNext()) {
      Work work = works.next();
      Optional<Peer> to = isWanted(work, nowNs) ? destination(work, nowNs) : Optional.empty();
      if (to.isPresent()) {
        works.remove();
        hand(work, to.get(), nowNs, out);
      } else if (computes(work)) {
        return;
      }
    }
  }

  private Optional<Peer> destination(Work work, long nowNs) {
    double unknownMs = times.meanMs(work.segment());
    List<Peer> candidates = neighbours.candidates(work, !computes(work), unknownMs, nowNs);
    if (!computes(work)) {
      return candidates.stream().findFirst();
    }
    double waitMs = waitMs(nowNs);
    for (Peer peer : candidates) {
      double thereMs = Neighbours.thereMs(peer, work, unknownMs);
      if (Offloading.mayOffer(output.size(), peer.queued())
          && Offloading.offloads(waitMs, thereMs, random.nextDouble())) {
        return Optional.of(peer);
      }
    }
    return Optional.empty();
  }

  private void hand(Work work, Peer to, long nowNs, List<PipelineEffect> out) {
    double expectedMs = to.expectedMs(work.segment(), times.meanMs(work.segment()));
    long periodMs = role.rule().queues().periodMs();
    String id = custody.hand(work.acknowledged(), to.agent(), expectedMs, periodMs, nowNs);
    to.handed();
    offloaded++;
    // In this order: once the sender has the receipt, only this board has the frame.
    Task task = work.task(id, agent, role, nowNs);
    out.add(new PipelineEffect.Send(to.agent(), task));
    taken.done(work, nowNs, out);
  }

  private double waitMs(long nowNs) {
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

  private boolean computes(Work work) {
    return role.holds(work.segment()) && !work.failed();
  }

  private boolean isWanted(Work work, long nowNs) {
    return nowNs - work.deadlineNs() < 0 && wanted.test(work.key());
  }
}
