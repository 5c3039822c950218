package io.coterie.agent;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.pipeline.PipelineWorker;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The pipelines that an agent takes part in, one worker for each deployment.
 *
 * <p>Lives on the agent's runtime thread.
 */
final class PipelineWorkers implements AutoCloseable {
  private final Map<String, PipelineWorker> workers = new TreeMap<>();
  private final PipelineWorker.Environment environment;
  private final Topics topics;
  private final Consumer<String> problems;

  PipelineWorkers(
      AgentOptions options,
      MessageBus bus,
      Executor runtime,
      Processor processor,
      Consumer<String> problems) {
    this.problems = problems;
    topics = options.topics();
    environment =
        new PipelineWorker.Environment(
            options.id(),
            processor.loop().random().nextLong(),
            topics,
            bus::publish,
            runtime,
            processor);
  }

  /**
   * Replaces the previous assignment. {@code files} holds the bytes of the files by their digest.
   */
  void activate(
      Assignment assignment, Map<String, Manifest> manifests, Function<String, byte[]> files) {
    Set<String> kept = new HashSet<>();
    for (PipelineRole role : assignment.pipelines()) {
      String deployment = role.deployment();
      PipelineWorker worker = workers.get(deployment);
      boolean goesOn = worker != null && worker.fits(role);
      if (!goesOn) {
        Manifest manifest = manifests.get(role.bundle());
        Pipeline pipeline = manifest.pipeline(role.pipeline()).orElseThrow();
        worker = new PipelineWorker(environment, manifest, pipeline);
      }
      try {
        worker.assign(role, assignment.epoch(), files);
        PipelineWorker before = workers.put(deployment, worker);
        if (before != null && before != worker) {
          before.close();
        }
        kept.add(deployment);
      } catch (ModelException | RuntimeException e) {
        problems.accept(String.valueOf(e.getMessage()));
        // What worked goes on.
        if (workers.containsKey(deployment)) {
          kept.add(deployment);
        }
      }
    }
    for (String deployment : Set.copyOf(workers.keySet())) {
      if (!kept.contains(deployment)) {
        workers.remove(deployment).close();
      }
    }
  }

  /** Whether all segments of such a role are loaded. */
  boolean has(PipelineRole role) {
    return worker(role.deployment()).filter(it -> it.fits(role) && it.has(role)).isPresent();
  }

  /**
   * The topic filters that the workers need to hear, in the order in which to subscribe: a standby
   * that hears a frame must not miss its result.
   */
  Set<String> filters() {
    Set<String> filters = new LinkedHashSet<>();
    workers.forEach(
        (deployment, worker) -> {
          filters.add(topics.of(Topic.AGENT_INBOX, environment.agent()));
          filters.add(topics.filter(Topic.CONTROL, deployment));
          worker
              .role()
              .neighbours()
              .forEach(other -> filters.add(topics.of(Topic.AGENT_LOAD, other.agent())));
          if (worker.listens()) {
            filters.add(topics.filter(Topic.RESULT, deployment));
            filters.add(topics.filter(Topic.INPUT, deployment));
          }
        });
    return filters;
  }

  void frame(String deployment, FrameKey key, Message message, long nowNs) {
    worker(deployment).ifPresent(worker -> worker.frame(key, message, nowNs));
  }

  private Optional<PipelineWorker> worker(String deployment) {
    return Optional.ofNullable(workers.get(deployment));
  }

  /** A message of any other topic that one of the filters covers; the rest is ignored. */
  void received(Topics.Parsed topic, Message message) {
    if (topic.topic() == Topic.AGENT_INBOX) {
      InboxMessage.of(message).ifPresent(this::inbox);
    } else if (topic.topic() == Topic.AGENT_LOAD) {
      load(topic.name(), message);
    } else if (topic.topic() == Topic.CONTROL) {
      worker(topic.name()).ifPresent(worker -> worker.control(message));
    } else if (topic.topic() == Topic.RESULT) {
      worker(topic.name()).ifPresent(worker -> worker.resulted(topic.names().get(1), message));
    }
  }

  private void inbox(InboxMessage message) {
    PipelineWorker worker = workers.get(message.deployment());
    if (worker != null) {
      worker.received(message);
    } else if (message instanceof InboxMessage.Task task) {
      InboxMessage.Ack ack =
          new InboxMessage.Ack(
              task.id(), environment.agent(), task.deployment(), InboxMessage.AckStatus.REFUSED, 0);
      String inbox = topics.of(Topic.AGENT_INBOX, task.sender());
      environment.publisher().accept(ack.toMessage(inbox));
    }
  }

  private void load(String neighbour, Message message) {
    try {
      Load load = Json.read(message.payload(), Load.class);
      worker(load.deployment()).ifPresent(worker -> worker.load(neighbour, load));
    } catch (JsonException e) {
      problems.accept("ignored the load of " + neighbour + ": " + e.getMessage());
    }
  }

  void tick() {
    workers.values().forEach(PipelineWorker::tick);
  }

  /** When {@link #tick} has to be called next. */
  OptionalLong nextDueNs() {
    return EventLoop.earliest(
        workers.values().stream().flatMapToLong(worker -> worker.nextDueNs().stream()));
  }

  List<Report.PipelineReport> report() {
    return workers.values().stream().map(PipelineWorker::report).toList();
  }

  @Override
  public void close() {
    workers.values().forEach(PipelineWorker::close);
    workers.clear();
  }
}
