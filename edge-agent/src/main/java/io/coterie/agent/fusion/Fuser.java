package io.coterie.agent.fusion;

import io.coterie.inference.Engine;
import io.coterie.inference.ModelException;
import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.arrival.ResultSender;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.LoopbackProbe;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.runtime.EventLoop;
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
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The fuser of one deployment: {@link FuserCore} decides about frames, and {@link Hedge} holds that
 * back while another fuser may answer too. This runs the fusion layers for their judgements and
 * decisions, sends the results, and tells the boards which frames to stop.
 *
 * <p>Not thread-safe: it lives on the agent's runtime thread.
 */
public final class Fuser implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Fuser.class);

  private final Topics topics;
  private final Consumer<Message> publisher;
  private final ResultSender results;
  private final Consumer<String> problems;
  private final Engine engine;
  private final Map<PortionSchema.FusionKey, FusionLayers> layers = new HashMap<>();
  private final FuserCore core = new FuserCore(this::leaves);
  private final Hedge hedge = new Hedge();
  private PortionSchema.FusionKey current;
  private Threshold threshold;
  private long epoch;

  /**
   * Creates a fuser without a role.
   *
   * @param problems receives problems that people should know of
   * @param engine loads the fusion layers
   */
  public Fuser(
      Topics topics, Consumer<Message> publisher, Consumer<String> problems, Engine engine) {
    this.topics = topics;
    this.publisher = publisher;
    results = new ResultSender(topics, publisher);
    this.problems = problems;
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
    PortionSchema schema = PortionSchema.of(role, partitioning);
    if (!layers.containsKey(schema.id())) {
      layers.put(schema.id(), new FusionLayers(manifest, partitioning, models, engine));
    }
    core.assign(role, schema);
    hedge.assign(role, nowNs);
    current = schema.id();
    epoch = newEpoch;
    follow(Threshold.Basis.of(role, partitioning));
    closeUnusedLayers();
  }

  /** Whether the fusion layers of such a role are those of the role that it has. */
  public boolean fuses(FuserRole role) {
    return PortionSchema.FusionKey.of(role).equals(current);
  }

  private void follow(Threshold.Basis basis) {
    if (threshold == null || !threshold.basis().equals(basis)) {
      threshold = new Threshold(basis);
      threshold.problem().ifPresent(problems);
    }
  }

  /** Frames that are answered under the schema of a previous plan run to their last exit. */
  private boolean leaves(
      PortionSchema schema,
      int exit,
      List<Optional<Portion>> portions,
      List<Optional<Portion>> before) {
    if (!schema.id().equals(current)) {
      return false;
    }
    try {
      return layers
          .get(current)
          .leaves(core.role().exitRule().policy(), threshold.inForce(), exit, portions, before);
    } catch (ModelException | RuntimeException e) {
      log.warn("exit not judged: exit={} reason={}", exit, e.getMessage());
      return false;
    }
  }

  private void closeUnusedLayers() {
    layers
        .entrySet()
        .removeIf(
            layer -> {
              PortionSchema.FusionKey id = layer.getKey();
              boolean unused = !core.knows(id) && !hedge.holdsAnswerOf(id);
              if (unused) {
                layer.getValue().close();
              }
              return unused;
            });
  }

  /** A frame arrived on the deployment's input; the message may be shared with other roles. */
  public void frame(FrameKey key, Message message, long nowNs) {
    pass(core.frame(FrameArrival.of(key, message), nowNs), nowNs);
  }

  /** A portion arrived; anything else on its topic is ignored. */
  public void portion(Message message, long nowNs) {
    Portion.of(message).ifPresent(portion -> pass(core.portion(portion, nowNs), nowNs));
  }

  private void pass(List<FusionEffect> effects, long nowNs) {
    send(hedge.pass(effects, nowNs), nowNs);
  }

  /** A result of the deployment was published, by this fuser or by another. */
  public void resulted(String source, Message message, long nowNs) {
    if (!isStandby() && !core.hasOpen() && !hedge.holds()) {
      return; // It is this fuser's own.
    }
    try {
      FrameKey key = new FrameKey(source, Json.read(message.payload(), Result.class).frame());
      hedge.answered(key);
      core.answeredElsewhere(key, nowNs);
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  public Optional<LoopbackProbe> probeDue(long nowNs) {
    return hedge.probeDue(nowNs)
        ? Optional.of(new LoopbackProbe(core.role().deployment(), nowNs))
        : Optional.empty();
  }

  public void onLoopback(LoopbackProbe probe, long nowNs) {
    hedge.onLoopback(probe.sentNs(), nowNs);
  }

  public void disconnected(long nowNs) {
    hedge.disconnected(nowNs);
  }

  /** The connection is established again. Another fuser may have been named meanwhile. */
  public void reconnected(long nowNs) {
    if (hedge.reconnected(nowNs)) {
      core.forgetOpen(nowNs);
    }
  }

  /** Answers the frames whose deadline or hedge delay is over. */
  public void expire(long nowNs) {
    pass(core.expire(nowNs), nowNs);
    send(hedge.due(nowNs), nowNs);
  }

  /** When {@link #expire} has to be called next. */
  public OptionalLong nextDeadlineNs() {
    return EventLoop.earliest(
        LongStream.concat(hedge.nextDueNs().stream(), core.nextDeadlineNs().stream()));
  }

  public boolean isStandby() {
    return core.role().standby();
  }

  /** The counters since the fuser began, and the threshold in force. */
  public Report.FuserReport fused() {
    return core.counters().report(core.role().deployment(), threshold.inForce(), hedge.sent());
  }

  private void send(List<FusionEffect> effects, long nowNs) {
    for (FusionEffect effect : effects) {
      if (effect instanceof FusionEffect.SendControl send) {
        tell(send.control());
      } else if (effect instanceof FrameDecision decision) {
        Result result = result(decision, nowNs);
        core.counters().countResult(result.status());
        results.send(core.role().deployment(), traced(decision), result);
        learn(decision, nowNs);
      }
    }
  }

  private FrameArrival traced(FrameDecision decision) {
    FrameArrival frame = decision.frame();
    Map<String, String> facts =
        Map.of(
            "deployment", core.role().deployment(),
            "source", frame.key().source(),
            "frame", frame.key().frame(),
            "status", decision.status().name().toLowerCase(Locale.ROOT),
            "exit", Integer.toString(decision.exit()));
    return frame.partOf(frame.trace().done("fuse", decision.openedNs(), facts));
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
  private void learn(FrameDecision decision, long nowNs) {
    if (decision.status() != Outcome.REJECTED) {
      threshold
          .answered(decision.openedNs(), nowNs)
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

  private Result result(FrameDecision decision, long nowNs) {
    int of = decision.schema().map(schema -> schema.id().k()).orElse(core.role().k());
    Result.Portions portions = new Result.Portions(decision.have(), of);
    double latencyMs = (nowNs - decision.openedNs()) / 1e6;
    if (decision.schema().isEmpty()) {
      return Result.without(
          decision.status(), decision.frame().key(), portions, epoch, latencyMs, decision.reason());
    }
    try {
      FusionLayers all = layers.get(decision.schema().get().id());
      List<Result.Top> top = all.fuse(decision.exit(), decision.portions());
      Result.Top best = top.get(0);
      return new Result(
          decision.frame().key().frame(),
          decision.frame().key().source(),
          decision.status(),
          best.label(),
          all.indexOf(best.label()),
          best.confidence(),
          top,
          portions,
          decision.exit(),
          epoch,
          latencyMs,
          decision.portions().stream().map(p -> p.map(Portion::agent).orElse("")).toList(),
          null,
          null);
    } catch (ModelException | RuntimeException e) {
      return Result.without(
          Outcome.REJECTED,
          decision.frame().key(),
          portions,
          epoch,
          latencyMs,
          "the fusion layer failed: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    layers.values().forEach(FusionLayers::close);
  }
}
