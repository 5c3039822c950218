package io.coterie.agent.fusion;

import io.coterie.agent.arrival.FrameArrival;
import io.coterie.agent.arrival.ResultSender;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.LoopbackProbe;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** The fuser that ships, in virtual time and without networks: every answer is the first label. */
public final class SimulatedFuser {
  private final ResultSender results;
  private final HedgedCore core = new HedgedCore(ExitCriterion.NEVER);
  private String label;
  private long epoch;

  public SimulatedFuser(Topics topics, Consumer<Message> publisher) {
    results = new ResultSender(topics, publisher);
  }

  /** Takes the role, or goes on with it under a new plan. */
  public void assign(FuserRole role, long newEpoch, Manifest manifest, long nowNs) {
    PortionSchema schema =
        PortionSchema.of(role, manifest.partitioning(role.strategy(), role.k()).orElseThrow());
    core.assign(role, schema, nowNs);
    label = manifest.labels().get(0);
    epoch = newEpoch;
  }

  /** A frame arrived on the deployment's input. */
  public void frame(FrameKey key, Message message, long nowNs) {
    send(core.frame(FrameArrival.of(key, message), nowNs), nowNs);
  }

  /** A portion arrived. */
  public void portion(Message message, long nowNs) {
    send(core.portion(Portion.of(message).orElseThrow(), nowNs), nowNs);
  }

  /** A result of the deployment was published, by this fuser or by another. */
  public void resulted(String source, Message message, long nowNs) {
    if (core.listens()) {
      try {
        String frame = Json.read(message.payload(), Result.class).frame();
        core.resulted(new FrameKey(source, frame), nowNs);
      } catch (JsonException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** What it is to send itself over the broker now, if anything. */
  public Optional<LoopbackProbe> asks(long nowNs) {
    return core.probeDue(nowNs)
        ? Optional.of(new LoopbackProbe(core.role().deployment(), nowNs))
        : Optional.empty();
  }

  /** What it sent itself came back. */
  public void heardItself(LoopbackProbe probe, long nowNs) {
    core.onLoopback(probe.sentNs(), nowNs);
  }

  /** The broker is away. */
  public void disconnected(long nowNs) {
    core.disconnected(nowNs);
  }

  /** The broker is back. */
  public void reconnected(long nowNs) {
    core.reconnected(nowNs);
  }

  /** Answers what has waited until its deadline, or for another fuser. */
  public void expire(long nowNs) {
    send(core.expire(nowNs), nowNs);
  }

  /** When {@link #expire} has something to do next. */
  public OptionalLong nextDueNs() {
    return core.nextDueNs();
  }

  /** Whether another agent answers, and this one only in its place. */
  public boolean isStandby() {
    return core.role().standby();
  }

  /** What it tells in its agent's report. */
  public Report.FuserReport fused() {
    return core.counters().report(core.role().deployment(), 0, core.hedged());
  }

  private void send(List<FusionEffect> effects, long nowNs) {
    for (FusionEffect effect : effects) {
      if (effect instanceof FrameDecision decision) {
        results.send(core.role().deployment(), decision.frame(), result(decision, nowNs));
      }
    }
  }

  private Result result(FrameDecision decision, long nowNs) {
    FrameKey key = decision.key();
    double latencyMs = (nowNs - decision.openedNs()) / 1e6;
    int of = decision.schema().map(schema -> schema.id().k()).orElse(core.role().k());
    Result.Portions portions = new Result.Portions(decision.have(), of);
    if (decision.schema().isEmpty()) {
      return Result.without(decision.status(), key, portions, epoch, latencyMs, decision.reason());
    }
    return new Result(
        key.frame(),
        key.source(),
        decision.status(),
        label,
        0,
        1.0,
        List.of(new Result.Top(label, 1)),
        portions,
        decision.exit(),
        epoch,
        latencyMs,
        decision.portions().stream().map(p -> p.map(Portion::agent).orElse("")).toList(),
        null,
        null);
  }
}
