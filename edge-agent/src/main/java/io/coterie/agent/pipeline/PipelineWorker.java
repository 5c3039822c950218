package io.coterie.agent.pipeline;

import io.coterie.agent.compute.Processor;
import io.coterie.inference.ModelException;
import io.coterie.inference.Softmax;
import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.arrival.ResultSender;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One board's part in the pipeline of one deployment: feeds the core, has its segments computed on
 * the inference thread, and sends what the core wants to be sent.
 *
 * <p>Not thread-safe: it lives on the agent's runtime thread.
 */
public final class PipelineWorker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PipelineWorker.class);

  /**
   * What a worker shares with the others of its agent.
   *
   * @param runtime runs tasks on the agent's event loop
   */
  public record Environment(
      String agent,
      long seed,
      Topics topics,
      Consumer<Message> publisher,
      Executor runtime,
      Processor processor) {}

  private final Environment environment;
  private final ResultSender results;
  private final Manifest manifest;
  private final Pipeline pipeline;
  private final WorkerCore core;
  private PipelineRole role;
  private LoadedSegments segments;
  private long epoch;
  private boolean closed;

  /** Creates a worker without a role, for one pipeline of one bundle. */
  public PipelineWorker(Environment environment, Manifest manifest, Pipeline pipeline) {
    this.environment = environment;
    this.manifest = manifest;
    this.pipeline = pipeline;
    results = new ResultSender(environment.topics(), environment.publisher());
    core = new WorkerCore(environment.agent(), pipeline, environment.seed());
  }

  /** Whether this worker can continue in this role: bundle and pipeline are the same. */
  public boolean fits(PipelineRole other) {
    return role.bundle().equals(other.bundle()) && role.pipeline().equals(other.pipeline());
  }

  public PipelineRole role() {
    return role;
  }

  /** Whether this board is the source of the pipeline or its standby. */
  public boolean listens() {
    return List.of(role.source(), role.standby()).contains(environment.agent());
  }

  /**
   * Takes the role, or continues in it under a new plan.
   *
   * @param files the bytes of a file by its digest
   * @throws ModelException if a segment cannot be loaded; the worker is as before
   */
  public void assign(PipelineRole newRole, long newEpoch, Function<String, byte[]> files)
      throws ModelException {
    if (role == null || !role.segments().equals(newRole.segments())) {
      LoadedSegments before = segments;
      segments =
          LoadedSegments.load(
              manifest,
              pipeline,
              newRole.segments(),
              files,
              environment.processor(),
              Optional.ofNullable(before));
      if (before != null) {
        environment.processor().afterwards(() -> before.closeExcept(newRole.segments()));
      }
    }
    role = newRole;
    epoch = newEpoch;
    carryOut(core.assign(newRole, newEpoch, nowNs()));
  }

  /** Whether all segments of the role are in memory. */
  public boolean has(PipelineRole other) {
    return segments != null && segments.has(other.segments());
  }

  public void frame(FrameKey key, Message message, long nowNs) {
    carryOut(core.frame(FrameArrival.of(key, message), message, nowNs));
  }

  public void received(InboxMessage message) {
    carryOut(core.received(message, nowNs()));
  }

  public void load(String neighbour, Load load) {
    carryOut(core.load(neighbour, load, nowNs()));
  }

  /** Processes what the source admits. Anything else on the topic is ignored. */
  public void control(Message message) {
    if (message.payload().length == 0) {
      return;
    }
    try {
      core.admitted(Json.read(message.payload(), Admitted.class));
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  /** Processes a result of this deployment, published by any agent. */
  public void resulted(String source, Message message) {
    try {
      Result result = Json.read(message.payload(), Result.class);
      core.resulted(new FrameKey(source, result.frame()), nowNs());
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  public void tick() {
    carryOut(core.tick(nowNs()));
  }

  /** When {@link #tick} has to be called next. */
  public OptionalLong nextDueNs() {
    return core.nextDueNs();
  }

  public Report.PipelineReport report() {
    return core.report();
  }

  private void carryOut(List<PipelineEffect> effects) {
    for (PipelineEffect effect : effects) {
      if (effect instanceof PipelineEffect.Compute compute) {
        compute(compute.work());
      } else if (effect instanceof PipelineEffect.Send send) {
        publish(send.message().toMessage(environment.topics().of(Topic.AGENT_INBOX, send.to())));
      } else if (effect instanceof PipelineEffect.SendLoad send) {
        String topic = environment.topics().of(Topic.AGENT_LOAD, environment.agent());
        publish(Message.to(topic).payload(Json.bytes(send.load())).build());
      } else if (effect instanceof PipelineEffect.Publish control) {
        String topic = environment.topics().of(Topic.CONTROL, role.deployment());
        byte[] json = Json.bytes(control.admitted());
        publish(Message.to(topic).payload(json).qos(1).retained(true).build());
      } else if (effect instanceof PipelineEffect.Respond respond) {
        PipelineResult result = respond.answered();
        results.send(role.deployment(), result.arrival(), result(result));
      }
    }
  }

  private void compute(Work work) {
    LoadedSegments current = segments;
    environment
        .processor()
        .compute(
            current.flops(work.segment()),
            startedNs -> computed(current.run(work, startedNs)),
            reason -> computed(Computed.failed(work, 0, reason.toString())));
  }

  /** On the engine's thread. */
  private void computed(Computed computed) {
    environment.runtime().execute(() -> onComputed(computed));
  }

  private void onComputed(Computed computed) {
    computed
        .failure()
        .ifPresent(reason -> log.warn("segment {} failed: {}", computed.work().segment(), reason));
    if (!closed) {
      carryOut(core.computed(computed, nowNs()));
    }
  }

  private long nowNs() {
    return environment.processor().loop().nowNs();
  }

  private void publish(Message message) {
    environment.publisher().accept(message);
  }

  private Result result(PipelineResult result) {
    FrameKey key = result.arrival().key();
    double latencyMs = (nowNs() - result.openedNs()) / 1e6;
    if (result.exit() == 0) {
      Result none =
          Result.without(
              result.status(), key, new Result.Portions(0, 1), epoch, latencyMs, result.reason());
      return result.retryAfterMs().isEmpty()
          ? none
          : none.retryAfter(result.retryAfterMs().getAsLong());
    }
    double[] probabilities = Softmax.of(result.logits()).orElseThrow();
    List<Result.Top> top = ResultSender.top(manifest.labels(), probabilities);
    return new Result(
        key.frame(),
        key.source(),
        result.status(),
        top.get(0).label(),
        manifest.labels().indexOf(top.get(0).label()),
        top.get(0).confidence(),
        top,
        new Result.Portions(1, 1),
        result.exit(),
        epoch,
        latencyMs,
        result.path(),
        null,
        null);
  }

  /** Unloads the segments as soon as none of them is being computed. */
  @Override
  public void close() {
    closed = true;
    if (segments != null) {
      environment.processor().afterwards(segments::close);
    }
  }
}
