package io.coterie.agent.pipeline;

import io.coterie.agent.arrival.FrameArrival;
import io.coterie.agent.arrival.ResultSender;
import io.coterie.agent.throttle.Throttle;
import io.coterie.inference.Engine;
import io.coterie.inference.ModelException;
import io.coterie.inference.Softmax;
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
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
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
   * @param clock that of the event loop, in nanoseconds
   * @param throttle of the board that is emulated
   */
  public record Surroundings(
      String agent,
      long seed,
      Topics topics,
      Consumer<Message> publisher,
      Executor runtime,
      LongSupplier clock,
      Engine engine,
      Throttle throttle,
      int threads) {}

  private final Surroundings around;
  private final ResultSender results;
  private final Manifest manifest;
  private final Pipeline pipeline;
  private final WorkerCore core;
  private PipelineRole role;
  private LoadedSegments segments;
  private long epoch;
  private boolean closed;

  /** A board without a role yet, for one pipeline of one bundle. */
  public PipelineWorker(Surroundings around, Manifest manifest, Pipeline pipeline) {
    this.around = around;
    this.manifest = manifest;
    this.pipeline = pipeline;
    results = new ResultSender(around.topics(), around.publisher());
    core = new WorkerCore(around.agent(), pipeline, around.seed());
  }

  /** Whether it can go on in this role. */
  public boolean fits(PipelineRole other) {
    return role.bundle().equals(other.bundle()) && role.pipeline().equals(other.pipeline());
  }

  public PipelineRole role() {
    return role;
  }

  /** Whether this board takes frames in, or keeps them in case that the one that does is lost. */
  public boolean listens() {
    return List.of(role.source(), role.standby()).contains(around.agent());
  }

  /**
   * Takes the role, or goes on with it under a new plan.
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
              manifest, pipeline, newRole.segments(), files, around.threads(), around.engine());
      if (before != null) {
        around.engine().compute(0, startedNs -> before.close());
      }
    }
    role = newRole;
    epoch = newEpoch;
    carryOut(core.assign(newRole, newEpoch, around.clock().getAsLong()));
  }

  /** A frame arrived on the deployment's input. */
  public void frame(FrameKey key, Message message, long nowNs) {
    carryOut(core.frame(FrameArrival.of(key, message), message, nowNs));
  }

  /** A message arrived in this agent's inbox. */
  public void received(InboxMessage message) {
    carryOut(core.received(message, around.clock().getAsLong()));
  }

  /** A neighbour told how long its queues are. */
  public void load(String neighbour, Load load) {
    carryOut(core.load(neighbour, load, around.clock().getAsLong()));
  }

  /** The source told what it admits; anything else on the topic is ignored. */
  public void control(Message message) {
    if (message.payload().length == 0) {
      return;
    }
    try {
      carryOut(core.admitted(Json.read(message.payload(), Admitted.class), around.clock().getAsLong()));
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  /** Somebody published a result of this deployment. */
  public void resulted(String source, Message message) {
    try {
      Result result = Json.read(message.payload(), Result.class);
      carryOut(core.resulted(new FrameKey(source, result.frame()), around.clock().getAsLong()));
    } catch (JsonException e) {
      log.warn("ignored: topic={} reason={}", message.topic(), e.getMessage());
    }
  }

  /** Does what is due. */
  public void tick() {
    carryOut(core.tick(around.clock().getAsLong()));
  }

  /** When {@link #tick} has something to do next. */
  public OptionalLong nextDueNs() {
    return core.nextDueNs();
  }

  public Report.Piped report() {
    return core.report();
  }

  private void carryOut(List<PipelineEffect> effects) {
    for (PipelineEffect effect : effects) {
      if (effect instanceof PipelineEffect.Compute compute) {
        compute(compute.job());
      } else if (effect instanceof PipelineEffect.Send send) {
        publish(send.message().toMessage(around.topics().of(Topic.AGENT_INBOX, send.to())));
      } else if (effect instanceof PipelineEffect.Tell tell) {
        String topic = around.topics().of(Topic.AGENT_LOAD, around.agent());
        publish(Message.to(topic).payload(Json.bytes(tell.load())).build());
      } else if (effect instanceof PipelineEffect.Publish control) {
        String topic = around.topics().of(Topic.CONTROL, role.deployment());
        byte[] json = Json.bytes(control.admitted());
        publish(Message.to(topic).payload(json).qos(1).retained(true).build());
      } else if (effect instanceof PipelineEffect.Respond respond) {
        Answered answered = respond.answered();
        results.send(role.deployment(), answered.arrival(), result(answered));
      }
    }
  }

  private void compute(Job job) {
    LoadedSegments current = segments;
    around
        .engine()
        .compute(
            current.flops(job.segment()),
            startedNs -> {
              Computed computed =
                  current.run(job, around.throttle(), around.clock(), startedNs);
              around.runtime().execute(() -> computed(computed));
            });
  }

  private void computed(Computed computed) {
    computed
        .failure()
        .ifPresent(reason -> log.warn("segment {} failed: {}", computed.segment(), reason));
    if (!closed) {
      carryOut(core.computed(computed, around.clock().getAsLong()));
    }
  }

  private void publish(Message message) {
    around.publisher().accept(message);
  }

  private Result result(Answered answered) {
    FrameKey key = answered.arrival().key();
    double latencyMs = (around.clock().getAsLong() - answered.openedNs()) / 1e6;
    if (answered.exit() == 0) {
      Result none =
          Result.without(
              answered.status(),
              key,
              new Result.Portions(0, 1),
              epoch,
              latencyMs,
              answered.reason());
      return answered.retryAfterMs().isEmpty()
          ? none
          : none.retryAfter(answered.retryAfterMs().getAsLong());
    }
    double[] probabilities = Softmax.of(answered.logits()).orElseThrow();
    List<Result.Top> top = ResultSender.top(manifest.labels(), probabilities);
    return new Result(
        key.frame(),
        key.source(),
        answered.status(),
        top.get(0).label(),
        manifest.labels().indexOf(top.get(0).label()),
        top.get(0).confidence(),
        top,
        new Result.Portions(1, 1),
        answered.exit(),
        epoch,
        latencyMs,
        answered.path(),
        null,
        null);
  }

  /** Gives the segments back once nothing computes them any more. */
  @Override
  public void close() {
    closed = true;
    if (segments != null) {
      LoadedSegments last = segments;
      around.engine().compute(0, startedNs -> last.close());
    }
  }
}
