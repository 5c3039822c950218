package io.coterie.agent;

import io.coterie.agent.compute.Processor;
import io.coterie.agent.compute.Throttle;
import io.coterie.agent.role.AssignmentCore;
import io.coterie.inference.Engine;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentRequest;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.TrialRole;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent. All decisions and changes of state happen on its one event loop. The bus's thread only
 * passes messages on, and the engine's thread only computes.
 */
public final class EdgeAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EdgeAgent.class);

  private static final long REPORT_MS = 5_000;

  /** The period at which the status LED is updated. */
  private static final long LOOK_MS = 500;

  /** Connects an agent: the client identifier and the will are the agent's business. */
  public interface BusFactory {
    MessageBus create(String clientId, Message will);
  }

  private final AgentOptions options;
  private final BusFactory buses;
  private final Topics topics;
  private final AgentPorts ports;
  private final EventLoop loop;
  private final AgentAnnouncement announcement;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final Problems problems;
  private final Peripherals peripherals;
  private final Throttle throttle;
  private volatile long incarnation;
  private volatile MessageBus bus;
  private AssignmentLoader roles;
  private Trials trials;
  private RoleRunner runner;
  private DeadlineTimer deadlines;
  private final Presence presence = new Presence(this::publish);
  private volatile Optional<Engine> engine = Optional.empty();
  private volatile long deadlineMs;

  /** Whether the loop reads, writes or loads models. */
  private volatile boolean loading;

  private volatile Optional<Watchdog> watchdog = Optional.empty();

  private Assignment active = Assignment.NONE;

  /**
   * Prepares the agent: measures the board, opens the cache, and decodes a first picture.
   *
   * @throws IOException if the cache folder or the picture decoders cannot be used
   * @throws ModelException if ONNX Runtime does not work on this board
   */
  public EdgeAgent(AgentOptions options, BusFactory buses) throws IOException, ModelException {
    this(options, buses, AgentPorts.ofThisProcess(options));
  }

  /** An agent with another clock, another engine and another store than those of its process. */
  public EdgeAgent(AgentOptions options, BusFactory buses, AgentPorts ports) {
    this.options = options;
    this.buses = buses;
    this.ports = ports;
    loop = ports.loop();
    throttle = new Throttle(options.throttle());
    topics = options.topics();
    announcement = new AgentAnnouncement(options, ports.flopsPerSecond() / options.throttle());
    problems = new Problems(options.id());
    peripherals =
        new Peripherals(
            options,
            ports.hardware(),
            message -> bus.publish(message),
            this::connected,
            () -> loop.execute(() -> drain(!presence.draining())),
            problems::warn);
  }

  private boolean connected() {
    MessageBus now = bus;
    return now != null && now.connected();
  }

  /** Connects and takes part until closed, or until a younger agent takes the name. */
  public void start() {
    loop.execute(
        () -> {
          incarnation =
              Incarnation.take(ports.store(), "incarnation-" + options.id(), loop.wallClockMs());
          connect();
        });
    loop.every(TimeUnit.MILLISECONDS.toNanos(REPORT_MS), this::report);
    if (ports.watched()) {
      watchdog =
          Optional.of(
              new Watchdog(
                  options.id(),
                  loop,
                  () -> engine,
                  () -> loading,
                  () -> deadlineMs,
                  this::watched));
    }
    if (peripherals.hasLight()) {
      loop.every(TimeUnit.MILLISECONDS.toNanos(LOOK_MS), this::look);
    }
  }

  /**
   * Emulates from now on a board that is slower by this factor, such as one that gets hot. The
   * capability that the agent announced at its start does not change.
   *
   * @throws IllegalArgumentException if the factor is below 1
   */
  public void throttle(double factor) {
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("must be >= 1: throttle=" + factor);
    }
    throttle.set(factor);
  }

  /**
   * Tells in words what the agent does, again and again, on the thread on which it does everything:
   * if that hangs, or a model does not come back, it tells nothing.
   */
  public void pulse(long periodMs, Consumer<String> listener) {
    loop.every(
        TimeUnit.MILLISECONDS.toNanos(periodMs),
        () -> {
          if (!presence.hanging()) {
            listener.accept(doing());
          }
        });
  }

  /** Leaves all plans while something here does not come back; on the watchdog's thread. */
  private void watched(Optional<String> now) {
    now.ifPresentOrElse(
        reason -> problems.error(reason + ": the agent leaves all plans until it does"),
        () -> log.info("all comes back again: agent={}", options.id()));
    presence.hang(now.isPresent());
  }

  /** Does what may take long; on the event loop. */
  private void load(Runnable task) {
    loading = true;
    try {
      task.run();
    } finally {
      loading = false;
    }
  }

  private String doing() {
    if (!connected()) {
      return "no connection to the broker";
    }
    return presence.draining() ? "drains" : "connected, epoch " + roles().epoch();
  }

  /** Completes with the reason when the agent ends by itself. */
  public CompletableFuture<String> ended() {
    return ended;
  }

  /** Highest term and epoch seen, and what is wanted; on the event loop. */
  AssignmentCore.State roles() {
    return roles.state();
  }

  /** What it carries out; on the event loop. */
  Assignment active() {
    return active;
  }

  private void connect() {
    bus = buses.create("coterie-" + options.id() + "-" + incarnation, state(Availability.OFFLINE));
    ContentFetcher fetcher =
        new ContentFetcher(
            topics, ports.store(), bus, task -> loop.execute(() -> load(task)), problems::error);
    roles = new AssignmentLoader(fetcher, loop, options.trusted(), true, new AssignmentListener());
    ActiveInputs inputs = new ActiveInputs();
    trials =
        new Trials(options, fetcher, processor("trial-"), inputs::canRead, this::trialsChanged);
    Processor computing = processor("inference-");
    engine = Optional.of(computing.engine());
    runner =
        new RoleRunner(
            options,
            bus,
            this::executeAndSchedule,
            computing,
            peripherals,
            inputs,
            trials,
            problems::error);
    runner.subscribe();
    deadlines = new DeadlineTimer(loop, runner::nextDeadlineNs, runner::expire);
    hear(Topic.AGENT_STATE, this::ownState);
    hear(Topic.AGENT_ASSIGNMENT, this::assignment);
    hear(Topic.AGENT_REQUEST, this::request);
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            loop.execute(
                () -> {
                  runner.reconnected();
                  announce();
                });
          }

          @Override
          public void disconnected(String reason) {
            loop.execute(runner::disconnected);
          }
        });
  }

  private void hear(Topic topic, Consumer<Message> handler) {
    bus.subscribe(
        topics.of(topic, options.id()), 1, message -> loop.execute(() -> handler.accept(message)));
  }

  private Processor processor(String engine) {
    return new Processor(
        loop, ports.engines().apply(engine + options.id()), throttle, options.threads());
  }

  private void trialsChanged() {
    runner.subscribe();
    report();
  }

  private void executeAndSchedule(Runnable task) {
    loop.execute(
        () -> {
          task.run();
          deadlines.update();
        });
  }

  private Message state(Availability availability) {
    return announcement.state(availability, incarnation);
  }

  /** Also where something older stands in its place, which says nothing about the connection. */
  private void announce() {
    bus.publish(announcement.capability(incarnation, roles().term(), roles().epoch()));
    presence.announce();
  }

  private void publish(Availability availability) {
    MessageBus now = bus;
    if (now != null) {
      now.publish(state(availability));
    }
  }

  /** One that a broker kept would drain the board at every start. */
  private void request(Message message) {
    try {
      AgentRequest request = Json.read(message.payload(), AgentRequest.class);
      if (message.retained()) {
        throw new JsonException("it is retained; publish it without");
      }
      switch (request.action()) {
        case IDENTIFY -> peripherals.identify();
        case DRAIN -> drain(true);
        case RESUME -> drain(false);
      }
    } catch (JsonException e) {
      problems.warn("ignored a request: " + e.getMessage());
    }
  }

  private void drain(boolean now) {
    if (presence.drain(now)) {
      log.info("{}: agent={}", now ? "draining" : "resumed", options.id());
    }
  }

  private void ownState(Message message) {
    AgentState seen;
    try {
      seen = Json.read(message.payload(), AgentState.class);
    } catch (JsonException e) {
      announce();
      return;
    }
    switch (Incarnation.judge(incarnation, seen)) {
      case FINE -> {}
      case ANNOUNCE -> announce();
      case STOP ->
          ended.complete(
              "another agent named "
                  + options.id()
                  + " was started later (incarnation "
                  + seen.incarnation()
                  + ", mine is "
                  + incarnation
                  + "): give each board its own --id");
      case RAISE -> load(() -> raise(seen.incarnation()));
    }
  }

  private void raise(long above) {
    log.info("incarnation raised: agent={} old={} above={}", options.id(), incarnation, above);
    disconnect();
    incarnation = Incarnation.next(above, loop.wallClockMs());
    connect();
  }

  private void assignment(Message message) {
    if (message.payload().length == 0) {
      return;
    }
    try {
      Assignment assignment = Json.read(message.payload(), Assignment.class);
      Set<Object> loaded = runner.loaded(assignment);
      load(() -> roles.decide(new AssignmentCore.AssignmentReceived(assignment, loaded)));
    } catch (JsonException e) {
      problems.error("ignored an assignment: " + e.getMessage());
    }
  }

  /** Applies loaded assignments to the role runner. */
  private final class AssignmentListener implements AssignmentLoader.Listener {
    @Override
    public void onReady(AssignmentCore.Activate activate, Map<String, byte[]> models) {
      Assignment assignment = activate.assignment();
      peripherals.assigned(assignment);
      load(() -> runner.activate(assignment, activate.manifests(), models::get));
      active = assignment;
      deadlineMs =
          LongStream.concat(
                  assignment.students().stream().mapToLong(role -> role.deadlineMs()),
                  assignment.pipelines().stream().mapToLong(role -> role.deadlineMs()))
              .max()
              .orElse(0);
      deadlines.update();
      log.info(
          "assignment active: agent={} term={} epoch={} students={} fusers={} pipelines={}",
          options.id(),
          assignment.term(),
          assignment.epoch(),
          assignment.students().stream()
              .map(r -> r.deployment() + "/" + r.partition() + "of" + r.k() + "/" + r.student())
              .toList(),
          assignment.fusers().stream().map(r -> r.deployment()).toList(),
          assignment.pipelines().stream().map(r -> r.deployment() + r.segments()).toList());
      report();
    }

    @Override
    public void onProblem(String message) {
      problems.error(message);
    }

    @Override
    public void onTrials(List<TrialRole> trials) {
      EdgeAgent.this.trials.assign(trials);
    }
  }

  private void report() {
    if (connected()) {
      bus.publish(
          Message.to(topics.of(Topic.AGENT_REPORT, options.id()))
              .payload(Json.bytes(reported(problems.take())))
              .build());
    }
  }

  private Report reported(List<String> messages) {
    return peripherals.complete(runner.report(incarnation, messages));
  }

  private void look() {
    if (bus != null) {
      Report now = reported(List.of());
      peripherals.look(now, bus.connected(), presence.draining(), problems.failures());
    }
  }

  private void disconnect() {
    bus.close();
    runner.close();
  }

  /**
   * Announces that the agent is offline, so that the others need not wait for its will, and closes
   * everything. Idempotent.
   */
  @Override
  public void close() {
    loop.execute(
        () -> {
          if (connected() && !ended.isDone()) {
            bus.publish(state(Availability.STOPPED));
          }
          if (bus != null) {
            disconnect();
          }
        });
    watchdog.ifPresent(Watchdog::close);
    peripherals.close();
    ports.close();
  }
}
