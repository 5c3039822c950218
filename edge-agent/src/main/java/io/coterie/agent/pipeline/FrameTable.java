package io.coterie.agent.pipeline;

import io.coterie.agent.arrival.AnsweredFrames;
import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage.Answer;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * The frames of a pipeline that wait for their answer: at the source, which answers each exactly
 * once, and at the standby, which only keeps them until somebody did. A frame goes
 *
 * <pre>
 * source:  (unknown) --frame, admitted--> open --an exit's answer--> ok
 *                                              --unusable----------> rejected
 *                                              --deadline----------> degraded or expired
 *          (unknown) --frame, too many--> rejected
 * standby: (unknown) --frame--> kept --result heard--> forgotten
 *                               kept --it becomes the source--> open
 *          (unknown) --result heard--> early --frame--> forgotten
 * </pre>
 *
 * and is then remembered as answered, so that repeats change nothing. Not thread-safe.
 */
final class FrameTable {
  /** How long a standby keeps frames beyond their deadline: a lost source takes time to notice. */
  static final long KEPT_NS = TimeUnit.SECONDS.toNanos(10);

  private final Map<FrameKey, PipelineFrame> open = new LinkedHashMap<>();
  private final AnsweredFrames answered = new AnsweredFrames();
  private final long[] exits;
  private PipelineRole role;
  private boolean source;
  private boolean standby;
  private long sinceNs;
  private long deadlineNs;
  private long admitted;
  private long rejected;
  private long expired;
  private long repeats;

  FrameTable(int exits) {
    this.exits = new long[exits];
  }

  /** Continues in a new role. Returns what is to be computed if the standby becomes the source. */
  List<Work> assign(PipelineRole newRole, String agent, long nowNs) {
    role = newRole;
    deadlineNs = TimeUnit.MILLISECONDS.toNanos(newRole.deadlineMs());
    boolean becomes = !source && newRole.source().equals(agent);
    source = newRole.source().equals(agent);
    standby = !source && newRole.standby().equals(agent);
    if (!source && !standby) {
      open.clear();
    }
    if (!becomes) {
      return List.of();
    }
    sinceNs = nowNs;
    admitted += open.size();
    return open.values().stream().map(frame -> frame.begin(deadlineNs(frame))).toList();
  }

  boolean isSource() {
    return source;
  }

  /** Whether the task's frame still needs an answer, as far as this board knows. */
  boolean wants(Work work) {
    return !source || open.containsKey(work.key());
  }

  /** Processes a frame and returns what is to be computed for it. */
  Optional<Work> frame(
      FrameArrival arrival,
      Message message,
      Optional<Admission> admission,
      int queue,
      long nowNs,
      List<PipelineEffect> out) {
    FrameKey key = arrival.key();
    OptionalLong before =
        open.containsKey(key)
            ? OptionalLong.of(open.get(key).arrival().checksum())
            : answered.checksum(key, nowNs);
    if (before.isPresent()) {
      repeat(arrival, before.getAsLong(), nowNs, out);
      return Optional.empty();
    }
    if (answered.removeEarly(key, nowNs, deadlineNs)) {
      answered.add(arrival, nowNs);
      return Optional.empty();
    }
    PipelineFrame frame =
        new PipelineFrame(arrival, message, nowNs, source && answered.contains(key));
    answered.remove(key);
    if (source) {
      return admit(frame, admission.orElseThrow(), queue, nowNs, out);
    }
    // Twice as many as the source: this one also hears what that one is about to reject.
    if (standby && open.size() < 2 * role.rule().queues().most()) {
      open.put(key, frame);
    }
    return Optional.empty();
  }

  private void repeat(FrameArrival again, long checksum, long nowNs, List<PipelineEffect> out) {
    boolean conflict = again.checksum() != checksum;
    if (conflict && open.containsKey(again.key())) {
      open.get(again.key()).expectRejection();
    }
    if (!source) {
      return;
    }
    repeats++;
    if (conflict) {
      String reason = "correlation data was used for another frame less than 60 s ago";
      PipelineResult other = PipelineResult.without(again, Outcome.REJECTED, reason, nowNs);
      out.add(new PipelineEffect.Respond(other));
    }
  }

  private Optional<Work> admit(
      PipelineFrame frame, Admission admission, int queue, long nowNs, List<PipelineEffect> out) {
    Optional<PipelineResult> refusal = refusal(frame, admission, queue, nowNs);
    if (refusal.isPresent()) {
      rejected++;
      close(refusal.get(), nowNs, out);
      return Optional.empty();
    }
    admitted++;
    open.put(frame.key(), frame);
    return Optional.of(frame.begin(deadlineNs(frame)));
  }

  private Optional<PipelineResult> refusal(
      PipelineFrame frame, Admission admission, int queue, long nowNs) {
    try {
      FrameDecoder.checkSize(frame.arrival().payloadBytes());
    } catch (FrameRejectedException e) {
      return Optional.of(PipelineResult.rejected(frame, e.getMessage()));
    }
    if (!role.holds(1)) {
      return Optional.of(PipelineResult.rejected(frame, "no board holds segment 1: see the plan"));
    }
    if (open.size() >= role.rule().queues().most()) {
      String reason = "busy: " + open.size() + " frames are waiting for their answer";
      return Optional.of(PipelineResult.rejected(frame, reason));
    }
    OptionalLong waitMs = admission.take(queue, nowNs);
    if (waitMs.isEmpty()) {
      return Optional.empty();
    }
    PipelineResult busy =
        PipelineResult.rejected(frame, "busy: more frames come than the boards can compute");
    return Optional.of(busy.retryAfter(waitMs.getAsLong()));
  }

  /** A result was heard. At the source, only that of the one before it counts. */
  void resulted(FrameKey key, long nowNs) {
    PipelineFrame frame = open.get(key);
    boolean mine = source && nowNs - sinceNs >= deadlineNs;
    if (mine || (frame == null && answered.contains(key)) || (frame != null && frame.again())) {
      return;
    }
    if (frame != null && !frame.takeRejection()) {
      open.remove(key);
      answered.add(frame.arrival(), nowNs);
    } else if (frame == null && (source || standby)) {
      answered.addEarly(key, nowNs);
    }
  }

  /** The source computed a segment of a frame, which did not leave there. */
  void learn(Work work, List<String> path, Computed computed) {
    PipelineFrame frame = open.get(work.key());
    if (source && frame != null) {
      frame.learn(work.segment(), path, computed.logits(), computed.activation());
    }
  }

  /** Processes the answer of an exit. Returns whether it was the first of its frame. */
  boolean answer(Answer answer, long nowNs, List<PipelineEffect> out) {
    PipelineFrame frame = open.get(answer.key());
    if (!source || frame == null || !frame.fits(answer.logits())) {
      repeats += source && answered.contains(answer.key()) ? 1 : 0;
      return false;
    }
    exits[answer.exit() - 1]++;
    Outcome ok = Outcome.OK;
    close(PipelineResult.of(frame, ok, answer.exit(), answer.path(), answer.logits()), nowNs, out);
    return true;
  }

  /** Rejects a frame that is unusable. Returns whether it was still open. */
  boolean reject(FrameKey key, String reason, long nowNs, List<PipelineEffect> out) {
    PipelineFrame frame = open.get(key);
    if (!source || frame == null) {
      return false;
    }
    rejected++;
    close(PipelineResult.rejected(frame, reason), nowNs, out);
    return true;
  }

  /** Answers what has waited until its deadline; a standby forgets what is much older. */
  void expire(long nowNs, List<PipelineEffect> out) {
    for (PipelineFrame frame : List.copyOf(open.values())) {
      long beyondNs = nowNs - deadlineNs(frame);
      if (source && beyondNs >= 0) {
        close(atDeadline(frame), nowNs, out);
      } else if (beyondNs >= KEPT_NS) {
        open.remove(frame.key());
      }
    }
  }

  private PipelineResult atDeadline(PipelineFrame frame) {
    PipelineResult last = frame.atDeadline(role.deadlineMs());
    if (last.exit() > 0) {
      exits[last.exit() - 1]++;
    } else {
      expired++;
    }
    return last;
  }

  /**
   * Starts frames once more that have waited for half of their deadline, from the deepest state
   * that the source has (ours: an answer or a task may have got lost).
   *
   * @param has whether something of the frame is in this board's queues: then it is looked at again
   *     a period later
   */
  List<Work> restart(Predicate<FrameKey> has, long nowNs) {
    List<Work> works = new ArrayList<>();
    long periodNs = TimeUnit.MILLISECONDS.toNanos(role.rule().queues().periodMs());
    for (PipelineFrame frame : open.values()) {
      if (!source || nowNs - dueNs(frame) < 0) {
        continue;
      }
      if (has.test(frame.key())) {
        frame.lookAgain(nowNs + periodNs - frame.openedNs());
      } else {
        works.add(frame.restart(deadlineNs(frame)));
      }
    }
    return works;
  }

  OptionalLong nextDueNs() {
    return EventLoop.earliest(open.values().stream().mapToLong(this::dueNs));
  }

  /** The time at which the frame is started again, answered or forgotten. */
  private long dueNs(PipelineFrame frame) {
    if (!source) {
      return deadlineNs(frame) + KEPT_NS;
    }
    long againNs = frame.openedNs() + frame.lookNs().orElse(deadlineNs / 2);
    return frame.restarted() || againNs - deadlineNs(frame) > 0 ? deadlineNs(frame) : againNs;
  }

  private long deadlineNs(PipelineFrame frame) {
    return frame.openedNs() + deadlineNs;
  }

  /** The source's counters since the start, for the report. */
  Report.Intake report(double ratePerSecond, double threshold) {
    List<Long> each = LongStream.of(exits).boxed().toList();
    return new Report.Intake(admitted, rejected, expired, repeats, each, ratePerSecond, threshold);
  }

  private void close(PipelineResult answer, long nowNs, List<PipelineEffect> out) {
    open.remove(answer.arrival().key());
    answered.add(answer.arrival(), nowNs);
    out.add(new PipelineEffect.Respond(answer));
  }
}
