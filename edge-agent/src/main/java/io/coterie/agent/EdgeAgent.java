package io.coterie.agent;

import io.coterie.agent.role.RoleCore;
import io.coterie.inference.ComputeProbe;
import io.coterie.inference.ModelException;
import io.coterie.inference.NativeLibraries;
import io.coterie.protocol.WallClock;
import io.coterie.protocol.bundle.ContentStore;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One agent. Everything that decides or changes something happens on its one runtime thread; the
 * bus's thread only hands over, the inference thread only computes.
 */
public final class EdgeAgent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EdgeAgent.class);

  private static final long REPORT_SECONDS = 5;
  private static final int MAX_MESSAGES = 8;

  /** Connects an agent: the client identifier and the will are the agent's business. */
  public interface BusFactory {
    MessageBus create(String clientId, Message will);
  }

  private final AgentOptions options;
  private final BusFactory buses;
  private final Topics topics;
  private final ContentStore store;
  private final Announcement announcement;
  private final ScheduledThreadPoolExecutor runtime;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final Deque<String> messages = new ArrayDeque<>();
  private final Map<String, byte[]> fetched = new HashMap<>();
  private RoleCore.State roles = RoleCore.State.INITIAL;
  private long incarnation;
  private double throttle;
  private MessageBus bus;
  private ContentFetcher fetcher;
  private RoleRunner runner;
  private DeadlineTimer deadlines;

  /**
   * Prepares the agent: measures the board, opens the cache, and decodes a first picture.
   *
   * @throws IOException if the cache folder or the picture decoders cannot be used
   * @throws ModelException if ONNX Runtime does not work on this board
   */
  public EdgeAgent(AgentOptions options, BusFactory buses) throws IOException, ModelException {
    this.options = options;
    this.buses = buses;
    this.throttle = options.throttle();
    topics = options.topics();
    Files.createDirectories(options.cache());
    NativeLibraries.unpackTo(options.cache());
    store = new ContentStore(options.cache().resolve("models"));
    Rehearsal.run();
    announcement = new Announcement(options, ComputeProbe.flopsPerSecond() / options.throttle());
    runtime =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "agent-" + options.id());
              thread.setDaemon(true);
              return thread;
            });
    runtime.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Connects and takes part until closed, or until a younger agent takes the name. */
  public void start() {
    execute(
        () -> {
          incarnation =
              Incarnation.take(
                  options.cache().resolve("incarnation-" + options.id()), WallClock.ms());
          connect();
        });
    ScheduledFuture<?> unused =
        runtime.scheduleWithFixedDelay(
            guarded(this::report), REPORT_SECONDS, REPORT_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * From now on emulates a board that is so many times slower, as one does that gets hot: what it
   * announced at its start stays.
   *
   * @throws IllegalArgumentException if the factor is below 1
   */
  public void throttle(double factor) {
    if (!(factor >= 1) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("must be >= 1: throttle=" + factor);
    }
    execute(
        () -> {
          throttle = factor;
          runner.throttle(factor);
        });
  }

  /** Completes with the reason when the agent ends by itself. */
  public CompletableFuture<String> ended() {
    return ended;
  }

  private void execute(Runnable task) {
    try {
      runtime.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("closed: agent={}", options.id());
    }
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("agent failed to handle an event: agent={}", options.id(), e);
      }
    };
  }

  private void connect() {
    bus = buses.create("coterie-" + options.id() + "-" + incarnation, state(Availability.OFFLINE));
    fetcher = new ContentFetcher(topics, store, bus, this::execute, this::complain);
    runner = new RoleRunner(options, bus, this::executeAndSchedule, this::complain);
    runner.throttle(throttle);
    deadlines = new DeadlineTimer(runtime, runner::nextDeadlineNs, guarded(runner::expire));
    String me = options.id();
    bus.subscribe(topics.of(Topic.AGENT_STATE, me), 1, message -> execute(() -> ownState(message)));
    bus.subscribe(
        topics.of(Topic.AGENT_ASSIGNMENT, me), 1, message -> execute(() -> assignment(message)));
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            execute(
                () -> {
                  runner.reconnected();
                  announce();
                });
          }

          @Override
          public void disconnected(String reason) {
            execute(runner::disconnected);
          }
        });
  }

  private void executeAndSchedule(Runnable task) {
    execute(
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
    bus.publish(announcement.capability(incarnation, roles.term(), roles.epoch()));
    bus.publish(state(Availability.ONLINE));
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
      case RAISE -> raise(seen.incarnation());
    }
  }

  private void raise(long above) {
    log.info("incarnation raised: agent={} old={} above={}", options.id(), incarnation, above);
    disconnect();
    incarnation = Incarnation.next(above, WallClock.ms());
    roles = RoleCore.State.INITIAL;
    connect();
  }

  private void assignment(Message message) {
    if (message.payload().length == 0) {
      return;
    }
    try {
      decide(new RoleCore.AssignmentReceived(Json.read(message.payload(), Assignment.class)));
    } catch (JsonException e) {
      complain("ignored an assignment: " + e.getMessage());
    }
  }

  private void decide(RoleCore.Input input) {
    RoleCore.Decision decision = RoleCore.decide(roles, input);
    roles = decision.state();
    for (RoleCore.Effect effect : decision.effects()) {
      if (effect instanceof RoleCore.FetchManifest fetch) {
        fetcher.fetch(fetch.digest(), this::manifestArrived);
      } else if (effect instanceof RoleCore.FetchModel fetch) {
        fetcher.fetch(fetch.digest(), this::modelArrived);
      } else if (effect instanceof RoleCore.Complain complain) {
        complain(complain.message());
      } else if (effect instanceof RoleCore.Activate activate) {
        activate(activate);
      }
    }
  }

  private void manifestArrived(String digest, byte[] bytes) {
    Optional<String> refused = options.trusted().refuse(bytes);
    if (refused.isPresent()) {
      complain("refused bundle " + digest + ": " + refused.get());
      return;
    }
    try {
      Manifest manifest = Manifest.parse(bytes);
      execute(() -> decide(new RoleCore.ManifestReady(digest, manifest)));
    } catch (JsonException e) {
      complain("cannot use bundle " + digest + ": " + e.getMessage());
    }
  }

  private void modelArrived(String digest, byte[] bytes) {
    fetched.put(digest, bytes);
    execute(() -> decide(new RoleCore.ModelReady(digest)));
  }

  private void activate(RoleCore.Activate activate) {
    Assignment assignment = activate.assignment();
    runner.activate(assignment, activate.manifests(), fetched::get);
    deadlines.update();
    fetched.clear();
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

  private void complain(String message) {
    log.warn("{}: agent={}", message, options.id());
    messages.addLast(message);
    if (messages.size() > MAX_MESSAGES) {
      messages.removeFirst();
    }
  }

  private void report() {
    if (bus != null && bus.connected()) {
      bus.publish(
          Message.to(topics.of(Topic.AGENT_REPORT, options.id()))
              .payload(Json.bytes(runner.report(incarnation, List.copyOf(messages))))
              .build());
      messages.clear();
    }
  }

  private void disconnect() {
    bus.close();
    runner.close();
  }

  /** Says goodbye, so that the others need not wait for the will. Idempotent. */
  @Override
  public void close() {
    execute(
        () -> {
          if (bus != null && bus.connected() && !ended.isDone()) {
            bus.publish(state(Availability.STOPPED));
          }
          if (bus != null) {
            disconnect();
          }
        });
    runtime.shutdown();
    try {
      if (!runtime.awaitTermination(5, TimeUnit.SECONDS)) {
        log.warn("agent did not end within 5 s: agent={}", options.id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
