package io.coterie.agent.pipeline;

import io.coterie.inference.Softmax;
import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.InboxMessage.Ack;
import io.coterie.protocol.message.InboxMessage.Answer;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Everything that one board decides for the pipeline of one deployment, after MDI-Exit (arXiv
 * 2408.05247): what it computes, which frames leave, what it hands to which neighbour; and at the
 * source, which frames it takes in and how each is answered. {@link TaskFlow}, {@link FrameTable}
 * and {@link Admission} have the rules and say which are ours.
 *
 * <p>Deterministic in its inputs, its seed and the time that comes with them, which is that of any
 * monotonic clock. Deployment, bundle and pipeline stay the same for life. {@link #assign} comes
 * first.
 *
 * <p>Not thread-safe.
 */
final class WorkerCore {
  private static final float[] NONE = {};

  private final String agent;
  private final Pipeline pipeline;
  private final TaskFlow flow;
  private final FrameTable frames;
  private final double phase;
  private PipelineRole role;
  private Optional<Admission> admission = Optional.empty();
  private Optional<Admitted> heard = Optional.empty();
  private long sourceEpoch;
  private double threshold;
  private long periodEndNs;

  /**
   * Creates a core without a role.
   *
   * @param seed another one for every incarnation of the agent: ids of tasks begin with it
   */
  WorkerCore(String agent, Pipeline pipeline, long seed) {
    this.agent = agent;
    this.pipeline = pipeline;
    frames = new FrameTable(pipeline.exits());
    flow = new TaskFlow(agent, pipeline, seed, frames::wants);
    phase = new SplittableRandom(~seed).nextDouble();
  }

  /** The first role, or a new one: of neighbours, segments, source and standby any may differ. */
  List<PipelineEffect> assign(PipelineRole newRole, long epoch, long nowNs) {
    List<PipelineEffect> out = new ArrayList<>();
    boolean first = role == null;
    boolean wasSource = frames.isSource();
    boolean newRules = first || rulesDiffer(newRole);
    role = newRole;
    flow.assign(newRole);
    List<Work> kept = frames.assign(newRole, agent, nowNs);
    kept.forEach(work -> flow.next(work, nowNs));
    boolean becomes = frames.isSource() && !wasSource;
    if (wasSource && !frames.isSource()) {
      flow.dropFrames();
    }
    if (!frames.isSource()) {
      admission = Optional.empty();
    } else if (becomes || newRules) {
      sourceEpoch = becomes ? epoch : sourceEpoch;
      admission = Optional.of(new Admission(pipeline, newRole, heard, nowNs));
      publish(out);
    }
    threshold = thresholdInForce();
    if (first) {
      // Not all boards at once (ours): else they all hear of the same idle neighbour together.
      periodEndNs = nowNs + (long) (phase * periodNs());
      flow.tell(nowNs, out);
    }
    return proceed(true, nowNs, out);
  }

  private boolean rulesDiffer(PipelineRole newRole) {
    return !newRole.rule().equals(role.rule())
        || !newRole.exitRule().equals(role.exitRule())
        || newRole.deadlineMs() != role.deadlineMs();
  }

  /**
   * Processes a frame on the input topic; ignored unless this board is the source or the standby.
   */
  List<PipelineEffect> frame(FrameArrival arrival, Message frame, long nowNs) {
    List<PipelineEffect> out = new ArrayList<>();
    frames
        .frame(arrival, frame, admission, flow.queue(), nowNs, out)
        .ifPresent(work -> flow.next(work, nowNs));
    return proceed(true, nowNs, out);
  }

  List<PipelineEffect> received(InboxMessage message, long nowNs) {
    List<PipelineEffect> out = new ArrayList<>();
    if (message instanceof Task task) {
      flow.received(task, nowNs, out);
      return proceed(false, nowNs, out);
    }
    if (message instanceof Ack ack) {
      flow.received(ack, nowNs);
    } else if (message instanceof Answer answer) {
      settle(answer, nowNs, out);
    }
    return proceed(true, nowNs, out);
  }

  private void settle(Answer answer, long nowNs, List<PipelineEffect> out) {
    boolean fits =
        answer.bundle().equals(role.bundle())
            && answer.pipeline().equals(role.pipeline())
            && answer.exit() <= pipeline.exits()
            && Softmax.of(answer.logits()).isPresent();
    if (fits && frames.answer(answer, nowNs, out)) {
      admission.ifPresent(Admission::completed);
    }
  }

  List<PipelineEffect> load(String neighbour, Load load, long nowNs) {
    flow.heard(neighbour, load, nowNs);
    return proceed(true, nowNs, new ArrayList<>());
  }

  /** A source published what it admits: boards take the threshold of the one in their role. */
  void admitted(Admitted admitted) {
    boolean older = heard.isPresent() && admitted.epoch() < heard.get().epoch();
    if (!older && !admitted.agent().equals(agent)) {
      heard = Optional.of(admitted);
      threshold = thresholdInForce();
    }
  }

  private double thresholdInForce() {
    if (admission.isPresent()) {
      return admission.get().threshold();
    }
    double largest = ExitCurve.of(pipeline, role.exitRule()).upper();
    return heard
        .filter(admitted -> admitted.agent().equals(role.source()))
        .map(Admitted::threshold)
        .orElse(largest);
  }

  void resulted(FrameKey key, long nowNs) {
    frames.resulted(key, nowNs);
  }

  List<PipelineEffect> computed(Computed computed, long nowNs) {
    List<PipelineEffect> out = new ArrayList<>();
    Optional<Work> work = flow.finish(computed);
    if (work.isPresent()) {
      route(work.get(), computed, nowNs, out);
    }
    return proceed(true, nowNs, out);
  }

  private void route(Work work, Computed computed, long nowNs, List<PipelineEffect> out) {
    if (computed.rejection().isPresent()) {
      reject(work, computed.rejection().get(), nowNs, out);
      return;
    }
    boolean last = work.segment() == pipeline.exits();
    Optional<double[]> probabilities = Softmax.of(computed.logits());
    if (computed.failure().isPresent() || probabilities.isEmpty()) {
      flow.failed(work, nowNs, out);
    } else if (last || leaves(role.exitRule().policy(), probabilities.get(), threshold)) {
      answer(work, computed, nowNs, out);
      flow.done(work, nowNs, out);
    } else {
      frames.learn(work, work.pathThrough(agent), computed);
      flow.next(work.next(agent, computed.activation()), nowNs);
    }
  }

  /**
   * Whether an answer is good enough. At the largest threshold there is everything leaves, also
   * where the score is just as large; policies that compare exits never say so here.
   *
   * @param threshold of the policy; for max-softmax 1 - T_e of arXiv 2408.05247
   */
  static boolean leaves(ExitPolicy policy, double[] probabilities, double threshold) {
    if (policy.comparesExits()) {
      return false;
    }
    ExitPolicy.Evidence evidence = new ExitPolicy.Evidence(NONE, NONE, NONE, NONE, probabilities);
    return threshold >= policy.largestThreshold() || policy.leaves(evidence, threshold);
  }

  /** The picture is unusable: its source finds that out itself, and says so. */
  private void reject(Work work, String reason, long nowNs, List<PipelineEffect> out) {
    if (!frames.isSource()) {
      flow.refuse(work, nowNs, out);
      return;
    }
    if (frames.reject(work.key(), reason, nowNs, out)) {
      admission.ifPresent(Admission::completed);
    }
    flow.done(work, nowNs, out);
  }

  private void answer(Work work, Computed computed, long nowNs, List<PipelineEffect> out) {
    Answer answer = work.answer(agent, role, computed.logits());
    if (frames.isSource()) {
      settle(answer, nowNs, out);
    } else {
      out.add(new PipelineEffect.Send(role.source(), answer));
    }
  }

  /**
   * Carries out what is due. To be called at {@link #nextDueNs} at the latest; earlier calls do no
   * harm.
   */
  List<PipelineEffect> tick(long nowNs) {
    List<PipelineEffect> out = new ArrayList<>();
    frames.expire(nowNs, out);
    flow.reclaim(nowNs, out);
    frames.restart(flow::has, nowNs).forEach(work -> flow.next(work, nowNs));
    if (nowNs - periodEndNs >= 0) {
      periodEndNs = nowNs + periodNs();
      admission.ifPresent(source -> source.adapt(flow.queue(), nowNs));
      publish(out);
      flow.tell(nowNs, out);
    }
    return proceed(true, nowNs, out);
  }

  /** When {@link #tick} has to be called next. */
  OptionalLong nextDueNs() {
    if (role == null) {
      return OptionalLong.empty();
    }
    return EventLoop.earliest(
        Stream.of(OptionalLong.of(periodEndNs), flow.nextDueNs(), frames.nextDueNs())
            .flatMapToLong(OptionalLong::stream));
  }

  /** The counters since the start, for the report. */
  Report.PipelineReport report() {
    int queue = flow.queue();
    return flow.report(
        admission.map(source -> frames.report(source.perSecond(queue), source.threshold())));
  }

  /** Publishes what the source admits, if it has changed. */
  private void publish(List<PipelineEffect> out) {
    if (admission.isEmpty()) {
      return;
    }
    Admission source = admission.get();
    threshold = source.threshold();
    double perSecond = source.perSecond(flow.queue());
    Admitted now = new Admitted(agent, sourceEpoch, perSecond, threshold);
    if (!heard.equals(Optional.of(now))) {
      heard = Optional.of(now);
      out.add(new PipelineEffect.Publish(now));
    }
  }

  private List<PipelineEffect> proceed(boolean offload, long nowNs, List<PipelineEffect> out) {
    if (offload) {
      flow.offload(nowNs, out);
    }
    flow.start(nowNs, out);
    flow.tellChange(nowNs, out);
    admission.ifPresent(source -> source.observe(flow.queue(), nowNs));
    return out;
  }

  private long periodNs() {
    return TimeUnit.MILLISECONDS.toNanos(role.rule().queues().periodMs());
  }
}
