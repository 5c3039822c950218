package io.coterie.agent.fusion;

import io.coterie.agent.arrival.FrameArrival;
import io.coterie.agent.arrival.ResultSender;
import io.coterie.inference.Engine;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.Echo;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fuser of one deployment: feeds the core, runs the fusion layers for its judgements and
 * verdicts, sends the results, and tells the boards which frames to stop.
 *
 * <p>Not thread-safe: it lives on the agent's runtime thread.
 */
public final class Fuser implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fuser.class);

  private final Topics topics;
  private final Consumer<Message> publisher;
  private final ResultSender results;
  private final Consumer<String> complaints;
  private final Engine engine;
  private final Map<Layout.Id, FusionLayers> layers = new HashMap<>();
  private final HedgedCore core = new HedgedCore(this::leaves);
  private Layout.Id current;
  private Threshold threshold;
  private long epoch;

  /**
   * Has no role yet.
   *
   * @param complaints hears what people should know
   * @param engine loads the fusion layers
   */
  public Fuser(
      Topics topics, Consumer<Message> publisher, Consumer<String> complaints, Engine engine) {
    this.topics = topics;
    this.publisher = publisher;
    results = new ResultSender(topics, publisher);
    this.complaints = complaints;
    this.engine = engine;
  }

  /**
   * Takes the role, or goes on with it under a new plan.
   *
   * @param models the bytes of a file by its digest
   * @throws ModelException if a fusion layer cannot be loaded; the fuser is as before
   */
  public void assign(
      FuserRole role, long newEpoch, Manifest manifest, Function<String, byte[]> models, long nowNs)
      throws ModelException {
    Partitioning partitioning = manifest.partitioning(role.strategy(), role.k()).orElseThrow();
    Layout layout = Layout.of(role, partitioning);
    if (!layers.containsKey(layout.id())) {
      layers.put(layout.id(), new FusionLayers(manifest, partitioning, models, engine));
    }
    core.assign(role, layout, nowNs);
    current = layout.id();
    epoch = newEpoch;
    follow(Threshold.Basis.of(role, partitioning));
    closeUnusedLayers();
  }

  private void follow(Threshold.Basis basis) {
    if (threshold == null || !threshold.basis().equals(basis)) {
      threshold = new Threshold(basis);
      threshold.complaint().ifPresent(complaints);
    }
  }

  /** Frames that are answered in the layout before a new plan run to their end. */
  private boolean leaves(
      Layout layout, int exit, List<Optional<Portion>> portions, List<Optional<Portion>> before) {
    if (!layout.id().equals(current)) {
      return false;
    }
    try {
      return layers
          .get(current)
          .leaves(core.role().exitRule().policy(), threshold.inForce(), exit, portions, before);
    } catch (ModelException e) {
      log.warn("exit not judged: exit={} reason={}", exit, e.getMessage());
      return false;
    }
  }

  private void closeUnusedLayers() {
    layers
        .entrySet()
        .removeIf(
            layer -> {
              boolean unused = !core.knows(layer.getKey());
              if (unused) {
                layer.getValue().close();
              }
              return unused;
            });
  }

  /** A frame arrived on the deployment's input; the message may be shared with other roles. */
  public void frame(FrameKey key, Message message, long nowNs) {
    send(core.frame(FrameArrival.of(key, message), nowNs), nowNs);
  }

  /** A portion arrived; anything else on its topic is ignored. */
  public void portion(Message message, long nowNs) {
    Portion.of(message).ifPresent(portion -> send(core.portion(portion, nowNs), nowNs));
  }

  /** A result of the deployment was published, by this fuser or by another. */
  public void resulted(String source, Message message, long nowNs) {
    if (!core.listens()) {
      return;
    }
    try {
      String frame = Json.read(message.payload(), Result.class).frame();
      core.resulted(new FrameKey(source, frame), nowNs);
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  /** What it is to send itself over the broker now, if anything. */
  public Optional<Echo> asks(long nowNs) {
    return core.asks(nowNs)
        ? Optional.of(new Echo(core.role().deployment(), nowNs))
        : Optional.empty();
  }

  /** What it sent itself came back. */
  public void heardItself(Echo echo, long nowNs) {
    core.heardItself(echo.sentNs(), nowNs);
  }

  /** The broker is away. */
  public void disconnected(long nowNs) {
    core.disconnected(nowNs);
  }

  /** The broker is back: another fuser may have been named meanwhile. */
  public void reconnected(long nowNs) {
    core.reconnected(nowNs);
  }

  /** Answers what has waited until its deadline, or for another fuser. */
  public void expire(long nowNs) {
    send(core.expire(nowNs), nowNs);
  }

  /** When {@link #expire} has something to do next. */
  public OptionalLong nextDeadlineNs() {
    return core.nextDueNs();
  }

  /** Whether another agent answers, and this one only in its place. */
  public boolean isStandby() {
    return core.role().standby();
  }

  /** What was answered where and what was not used since the fuser began, and the threshold. */
  public Report.Fused fused() {
    return core.counters().report(core.role().deployment(), threshold.inForce(), core.hedged());
  }

  private void send(List<FusionEffect> effects, long nowNs) {
    for (FusionEffect effect : effects) {
      if (effect instanceof FusionEffect.Tell tell) {
        tell(tell.control());
      } else if (effect instanceof Verdict verdict) {
        Result result = result(verdict, nowNs);
        core.counters().said(result.status());
        results.send(core.role().deployment(), traced(verdict), result);
        learn(verdict, nowNs);
      }
    }
  }

  private FrameArrival traced(Verdict verdict) {
    FrameArrival frame = verdict.frame();
    Map<String, String> facts =
        Map.of(
            "deployment", core.role().deployment(),
            "source", frame.key().source(),
            "frame", frame.key().frame(),
            "status", verdict.status().name().toLowerCase(Locale.ROOT),
            "exit", Integer.toString(verdict.exit()));
    return frame.partOf(frame.trace().done("fuse", verdict.openedNs(), facts));
  }

  private void tell(Control control) {
    FuserRole role = core.role();
    publisher.accept(
        Message.to(topics.of(Topic.CONTROL, role.deployment()))
            .payload(Json.bytes(control))
            .contentType("application/json")
            .expirySeconds((role.deadlineMs() + 999) / 1000)
            .build());
  }

  /** Frames that nobody answered in time took as long as they could; refusals took no work. */
  private void learn(Verdict verdict, long nowNs) {
    if (verdict.status() != Outcome.REJECTED) {
      threshold
          .answered(verdict.openedNs(), nowNs)
          .ifPresent(
              change ->
                  log.info(
                      "operating point: deployment={} threshold={}->{} computation={}->{}"
                          + " latencyMs={} targetMs={}",
                      core.role().deployment(),
                      change.before().threshold(),
                      change.now().threshold(),
                      change.before().computation(),
                      change.now().computation(),
                      Math.round(change.latencyMs() * 10) / 10.0,
                      change.targetMs()));
    }
  }

  private Result result(Verdict verdict, long nowNs) {
    int of = verdict.layout().map(layout -> layout.id().k()).orElse(core.role().k());
    Result.Portions portions = new Result.Portions(verdict.have(), of);
    double latencyMs = (nowNs - verdict.openedNs()) / 1e6;
    if (verdict.layout().isEmpty()) {
      return Result.without(
          verdict.status(), verdict.frame().key(), portions, epoch, latencyMs, verdict.reason());
    }
    try {
      FusionLayers all = layers.get(verdict.layout().get().id());
      List<Result.Top> top = all.fuse(verdict.exit(), verdict.portions());
      Result.Top best = top.get(0);
      return new Result(
          verdict.frame().key().frame(),
          verdict.frame().key().source(),
          verdict.status(),
          best.label(),
          all.indexOf(best.label()),
          best.confidence(),
          top,
          portions,
          verdict.exit(),
          epoch,
          latencyMs,
          verdict.portions().stream().map(p -> p.map(Portion::agent).orElse("")).toList(),
          null,
          null);
    } catch (ModelException e) {
      return Result.without(
          Outcome.REJECTED, verdict.frame().key(), portions, epoch, latencyMs, e.getMessage());
    }
  }

  @Override
  public void close() {
    layers.values().forEach(FusionLayers::close);
  }
}
