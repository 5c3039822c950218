package io.coterie.agent;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.fusion.Fuser;
import io.coterie.agent.student.Frame;
import io.coterie.agent.student.InferenceWorker;
import io.coterie.agent.student.LoadedStudent;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.LoopbackProbe;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Carries out an assignment: keeps the students loaded that it names, the fusers running, and the
 * subscriptions that both need.
 *
 * <p>Lives on the agent's runtime thread, but for the bus's handlers, which only hand over.
 */
final class RoleRunner implements AutoCloseable {
  private final Topics topics;
  private final String inbox;
  private final MessageBus bus;
  private final EventLoop loop;
  private final Executor runtime;
  private final Processor processor;
  private final Consumer<String> problems;
  private final InferenceWorker worker;
  private final PipelineWorkers pipelines;
  private final Trials trials;
  private final Peripherals peripherals;
  private final LoadedStudents students;
  private final Map<String, Fuser> fusers = new HashMap<>();
  private final Set<String> subscribed = new HashSet<>();
  private final ActiveInputs inputs;
  private volatile Set<String> computing = Set.of();

  /**
   * Has no roles yet.
   *
   * @param runtime runs tasks on the agent's event loop and looks after the deadlines that they
   *     leave
   * @param processor its engine is closed with this
   * @param inputs is told what the roles read
   * @param trials closed with this
   */
  RoleRunner(
      AgentOptions options,
      MessageBus bus,
      Executor runtime,
      Processor processor,
      Peripherals peripherals,
      ActiveInputs inputs,
      Trials trials,
      Consumer<String> problems) {
    topics = options.topics();
    inbox = topics.of(Topic.AGENT_INBOX, options.id());
    this.bus = bus;
    loop = processor.loop();
    this.runtime = runtime;
    this.processor = processor;
    this.inputs = inputs;
    this.trials = trials;
    this.problems = problems;
    this.peripherals = peripherals;
    worker = new InferenceWorker(options.id(), topics, bus::publish, processor);
    students = new LoadedStudents(worker, processor, problems);
    pipelines = new PipelineWorkers(options, bus, runtime, processor, problems);
  }

  /**
   * Replaces the previous assignment. {@code models} holds the bytes of the models by their digest.
   */
  void activate(
      Assignment assignment, Map<String, Manifest> manifests, Function<String, byte[]> models) {
    students.activate(assignment, manifests, models, loop.nowNs());
    assignFusers(assignment, manifests, models);
    pipelines.activate(assignment, manifests, models);
    inputs.put(assignment, manifests);
    computing = new HashSet<>(students.roles().stream().map(StudentRole::deployment).toList());
    subscribe();
  }

  /** The roles of the assignment whose models are all in memory. */
  Set<Object> loaded(Assignment assignment) {
    Stream<FuserRole> fusing =
        assignment.fusers().stream()
            .filter(role -> fuser(role.deployment()).filter(it -> it.fuses(role)).isPresent());
    return Stream.of(
            assignment.students().stream().filter(students::has),
            fusing,
            assignment.pipelines().stream().filter(pipelines::has))
        .flatMap(part -> part)
        .collect(Collectors.toSet());
  }

  private void assignFusers(
      Assignment assignment, Map<String, Manifest> manifests, Function<String, byte[]> models) {
    Set<String> kept = new HashSet<>();
    for (FuserRole role : assignment.fusers()) {
      Manifest manifest = manifests.get(role.bundle());
      Fuser fuser = fusers.get(role.deployment());
      fuser = fuser == null ? new Fuser(topics, bus::publish, problems, processor.engine()) : fuser;
      try {
        fuser.assign(role, assignment.epoch(), manifest, models, loop.nowNs());
        fusers.put(role.deployment(), fuser);
        kept.add(role.deployment());
      } catch (ModelException | RuntimeException e) {
        problems.accept(String.valueOf(e.getMessage()));
        // What worked goes on.
        if (fusers.containsKey(role.deployment())) {
          kept.add(role.deployment());
        }
      }
    }
    fusers.forEach(
        (deployment, fuser) -> {
          if (!kept.contains(deployment)) {
            fuser.close();
          }
        });
    fusers.keySet().retainAll(kept);
  }

  /** Subscribes to exactly the topics that the roles and the peripherals need. */
  void subscribe() {
    Set<String> wanted = pipelines.filters();
    wanted.addAll(peripherals.filters());
    wanted.addAll(trials.filters());
    for (StudentRole role : students.roles()) {
      wanted.add(topics.filter(Topic.INPUT, role.deployment()));
      if (role.strategy() == Strategy.DISTREE) {
        wanted.add(topics.filter(Topic.CONTROL, role.deployment()));
      }
    }
    for (String deployment : fusers.keySet()) {
      // Results come first: a standby that receives a frame must not miss its result.
      wanted.add(topics.filter(Topic.RESULT, deployment));
      wanted.add(topics.filter(Topic.INPUT, deployment));
      wanted.add(topics.filter(Topic.PORTION, deployment));
      wanted.add(inbox);
    }
    for (String filter : Set.copyOf(subscribed)) {
      if (!wanted.contains(filter)) {
        bus.unsubscribe(filter);
        subscribed.remove(filter);
      }
    }
    for (String filter : wanted) {
      if (subscribed.add(filter)) {
        bus.subscribe(filter, 0, this::received);
      }
    }
  }

  /** Passes a message to the roles that need it. Called on the bus's thread. */
  private void received(Message message) {
    long nowNs = loop.nowNs();
    topics.parse(message.topic()).ifPresent(topic -> received(topic, message, nowNs));
  }

  private void received(Topics.Parsed topic, Message message, long nowNs) {
    peripherals.received(topic, message);
    boolean computes = computing.contains(topic.name());
    if (topic.topic() == Topic.PORTION) {
      runtime.execute(
          () -> fuser(topic.name()).ifPresent(fuser -> fuser.portion(message, loop.nowNs())));
    } else if (topic.topic() == Topic.INPUT) {
      FrameKey key = FrameKey.of(topic.names().get(1), message);
      boolean hearsResults = bus.hears(topics.filter(Topic.RESULT, topic.name()));
      if (computes) {
        worker.frame(new Frame(topic.name(), key, message, nowNs));
      }
      trials.frame(topic.name(), message);
      runtime.execute(
          () -> {
            // A standby that might miss the result leaves the frame to the primary.
            fuser(topic.name())
                .filter(fuser -> hearsResults || !fuser.isStandby())
                .ifPresent(fuser -> fuser.frame(key, message, nowNs));
            pipelines.frame(topic.name(), key, message, nowNs);
          });
    } else if (topic.topic() == Topic.CONTROL && computes) {
      worker.control(topic.name(), message);
    } else {
      runtime.execute(
          () -> {
            if (topic.topic() == Topic.RESULT) {
              String source = topic.names().get(1);
              fuser(topic.name()).ifPresent(fuser -> fuser.resulted(source, message, loop.nowNs()));
            } else if (topic.topic() == Topic.AGENT_INBOX) {
              LoopbackProbe.of(message).ifPresent(this::echoed);
            }
            pipelines.received(topic, message);
          });
    }
  }

  private Optional<Fuser> fuser(String deployment) {
    return Optional.ofNullable(fusers.get(deployment));
  }

  private void echoed(LoopbackProbe probe) {
    fuser(probe.deployment()).ifPresent(fuser -> fuser.onLoopback(probe, loop.nowNs()));
  }

  void disconnected() {
    fusers.values().forEach(fuser -> fuser.disconnected(loop.nowNs()));
  }

  void reconnected() {
    fusers.values().forEach(fuser -> fuser.reconnected(loop.nowNs()));
  }

  /** Answers every frame whose deadline has passed, and does what else is due. */
  void expire() {
    pipelines.tick();
    students.expire(loop.nowNs());
    for (Fuser fuser : fusers.values()) {
      long nowNs = loop.nowNs();
      fuser.expire(nowNs);
      fuser.probeDue(nowNs).ifPresent(probe -> bus.publish(probe.toMessage(inbox)));
    }
  }

  /** When {@link #expire} has to be called next. */
  OptionalLong nextDeadlineNs() {
    return EventLoop.earliest(
        Stream.concat(
                Stream.of(pipelines.nextDueNs(), students.nextDueNs()),
                fusers.values().stream().map(Fuser::nextDeadlineNs))
            .flatMapToLong(OptionalLong::stream));
  }

  Report report(long incarnation, List<String> messages) {
    return new Report(
            incarnation,
            worker.queued(),
            worker.dropped(),
            worker.failures(),
            students.loaded().stream().map(LoadedStudent::time).toList(),
            fusers.entrySet().stream()
                .filter(fuser -> !fuser.getValue().isStandby())
                .map(Map.Entry::getKey)
                .toList(),
            messages,
            fusers.values().stream().map(Fuser::fused).toList(),
            worker.stops(),
            pipelines.report())
        .withTrials(trials.report());
  }

  @Override
  public void close() {
    trials.close();
    worker.close();
    pipelines.close();
    students.close();
    fusers.values().forEach(Fuser::close);
    fusers.clear();
    processor.engine().close();
  }
}
