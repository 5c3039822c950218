package io.coterie.agent.fusion;

import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
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
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * The fuser of one deployment: feeds the core, runs the fusion layer for its verdicts, and sends
 * the results.
 *
 * <p>Not thread-safe: it lives on the agent's runtime thread.
 */
public final class Fuser implements AutoCloseable {
  private final Topics topics;
  private final Consumer<Message> publisher;
  private final Map<Layout.Id, FusionLayer> layers = new HashMap<>();
  private FuserCore core;
  private long epoch;

  public Fuser(Topics topics, Consumer<Message> publisher) {
    this.topics = topics;
    this.publisher = publisher;
  }

  /**
   * Takes the role, or goes on with it under a new plan.
   *
   * @param fusionLayer the ONNX file of the role's partitioning
   * @throws ModelException if the layer cannot be loaded; the fuser is as before
   */
  public void assign(FuserRole role, long newEpoch, Manifest manifest, byte[] fusionLayer)
      throws ModelException {
    Partitioning partitioning = manifest.partitioning(role.strategy(), role.k()).orElseThrow();
    Layout layout = Layout.of(role, partitioning);
    if (!layers.containsKey(layout.id())) {
      layers.put(layout.id(), new FusionLayer(manifest, partitioning, fusionLayer));
    }
    if (core == null) {
      core = new FuserCore(role, layout);
    } else {
      core.assign(role, layout);
    }
    epoch = newEpoch;
    closeUnusedLayers();
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

  /** Answers what has waited until its deadline. */
  public void expire(long nowNs) {
    send(core.expire(nowNs), nowNs);
  }

  /** When {@link #expire} has something to do next. */
  public OptionalLong nextDeadlineNs() {
    return core.nextDeadlineNs();
  }

  /** What was not used since the fuser began. */
  public Report.Fused fused() {
    FuserCore.Counters counters = core.counters();
    return new Report.Fused(
        core.role().deployment(),
        counters.repeats(),
        counters.fenced(),
        counters.garbage(),
        counters.late(),
        List.of(),
        0);
  }

  private void send(List<Verdict> verdicts, long nowNs) {
    for (Verdict verdict : verdicts) {
      byte[] json = Json.bytes(result(verdict, nowNs));
      String topic =
          topics.of(Topic.RESULT, core.role().deployment(), verdict.frame().key().source());
      publisher.accept(answer(topic, json, verdict).build());
      String responseTopic = verdict.frame().responseTopic();
      if (!responseTopic.equals(topic) && mayAnswerOn(responseTopic)) {
        publisher.accept(answer(responseTopic, json, verdict).build());
      }
    }
  }

  private static Message.Builder answer(String topic, byte[] json, Verdict verdict) {
    return Message.to(topic)
        .payload(json)
        .qos(1)
        .contentType("application/json")
        .correlation(verdict.frame().correlation());
  }

  /** A publisher must not make the fuser write to the fleet's own topics. */
  private boolean mayAnswerOn(String topic) {
    boolean valid = !topic.isEmpty() && !topic.contains("+") && !topic.contains("#");
    boolean ours = topic.equals(topics.base()) || topic.startsWith(topics.base() + "/");
    return valid && !ours && !topic.startsWith("$");
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
      FusionLayer layer = layers.get(verdict.layout().get().id());
      List<Result.Top> top = layer.fuse(verdict.portions());
      Result.Top best = top.get(0);
      return new Result(
          verdict.frame().key().frame(),
          verdict.frame().key().source(),
          verdict.status(),
          best.label(),
          layer.indexOf(best.label()),
          best.confidence(),
          top,
          portions,
          1,
          epoch,
          latencyMs,
          verdict.portions().stream().map(p -> p.map(Portion::agent).orElse("")).toList(),
          null);
    } catch (ModelException e) {
      return Result.without(
          Outcome.REJECTED, verdict.frame().key(), portions, epoch, latencyMs, e.getMessage());
    }
  }

  @Override
  public void close() {
    layers.values().forEach(FusionLayer::close);
  }
}
