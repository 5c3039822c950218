package io.coterie.orchestrator;

import io.coterie.orchestrator.deployment.DeploymentCore;
import io.coterie.orchestrator.deployment.Effect;
import io.coterie.orchestrator.deployment.Input;
import io.coterie.orchestrator.deployment.PersistedState;
import io.coterie.orchestrator.deployment.State;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.runtime.FolderStore;
import io.coterie.protocol.runtime.RateLimit;
import io.coterie.protocol.runtime.Store;
import io.coterie.protocol.runtime.ThreadLoop;
import io.coterie.protocol.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what users want running on the boards there are. Everything happens on one event loop,
 * which carries out what {@link DeploymentCore} decides. Of several on one broker, one leads; the
 * others keep ready.
 *
 * <p>Thread-safe.
 */
public final class Orchestrator implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Orchestrator.class);

  private static final long TICK_NS = 1_000_000_000L;
  private static final int MAX_PROBLEMS = 100;

  /** Inputs that wait are taken in together, and planned for once; so many at most. */
  private static final int MAX_BATCH = 256;

  private final OrchestratorOptions options;
  private final MessageBus bus;
  private final Library library;
  private final StateFile stateFile;
  private final Set<String> complainedOf = new HashSet<>();
  private final List<Input> waiting = new ArrayList<>();
  private final RateLimit failures = new RateLimit(Duration.ofMinutes(1));
  private final EventLoop loop;
  private final Runnable closing;
  private final AtomicLong ignored = new AtomicLong();
  private volatile boolean alone;
  private State state;
  private EventLoop.Timer wake = () -> {};

  /**
   * Prepares an orchestrator with a thread of its own.
   *
   * @param buses makes the bus, given the will that the broker is to publish; a bus inside the
   *     broker's own process needs none
   * @throws IOException if the state folder cannot be used
   */
  public Orchestrator(OrchestratorOptions options, Function<Message, MessageBus> buses)
      throws IOException {
    this(options, buses, new ThreadLoop("orchestrator"), store(options));
  }

  private static Optional<Store> store(OrchestratorOptions options) throws IOException {
    return options.stateFolder().isEmpty()
        ? Optional.empty()
        : Optional.of(new FolderStore(options.stateFolder().get()));
  }

  private Orchestrator(
      OrchestratorOptions options,
      Function<Message, MessageBus> buses,
      ThreadLoop loop,
      Optional<Store> store) {
    this(options, buses, loop, store, loop::close);
  }

  /**
   * Prepares an orchestrator with another clock and another store than those of its process.
   *
   * @param store keeps deployments and bundles over restarts; empty to keep them in memory
   * @param closing ends the loop
   */
  Orchestrator(
      OrchestratorOptions options,
      Function<Message, MessageBus> buses,
      EventLoop loop,
      Optional<Store> store,
      Runnable closing) {
    this.options = options;
    this.loop = loop;
    this.closing = closing;
    stateFile = new StateFile(store);
    state = State.initial(options.id(), loop.wallClockMs(), stateFile.read());
    bus = buses.apply(stateMessage(Availability.OFFLINE));
    library =
        new Library(
            options.topics(), options.trusted(), bus, store, loop::execute, new Manifests());
  }

  /** Connects, and runs until closed. */
  public void start() {
    for (Topic topic : Inbox.TOPICS) {
      bus.subscribe(
          options.topics().filter(topic), 1, message -> loop.execute(() -> received(message)));
    }
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            Input connected = new Input.Connected(alone);
            loop.execute(
                () -> {
                  library.connected();
                  take(connected);
                });
          }

          @Override
          public void disconnected(String reason) {
            loop.execute(() -> take(new Input.Disconnected()));
          }
        });
    loop.every(TICK_NS, () -> take(new Input.Tick()));
  }

  /**
   * Says what the next connections are: to a broker in this process that nobody else is at yet, and
   * that stands in for one that is lost, or to one that others may be at, as at the start.
   */
  public void connectsAlone(boolean newAlone) {
    alone = newAlone;
  }

  /**
   * Ends leading the broker of this process, which is about to close: takes back what this
   * process's agent does there.
   *
   * @return completes when that is published
   */
  public CompletableFuture<Void> leave() {
    CompletableFuture<Void> left = new CompletableFuture<>();
    loop.execute(
        () -> {
          take(new Input.Leaving());
          decide();
          left.complete(null);
        });
    return left;
  }

  /** Number of messages that could not be read as what belongs on their topic. */
  public long ignored() {
    return ignored.get();
  }

  private final class Manifests implements Library.Reader {
    @Override
    public void ready(String digest, Manifest manifest) {
      take(new Input.ManifestReady(digest, manifest));
    }

    @Override
    public void refused(String digest, String reason) {
      log.warn("bundle refused: digest={} reason={}", digest, reason);
      take(new Input.ManifestRefused(digest, reason));
    }
  }

  /** One line for each kind of failure a minute: what fails once may fail every second. */
  private void failed(RuntimeException e) {
    failures
        .pass(RateLimit.kind(e), loop.nowNs())
        .ifPresent(
            unsaid -> log.error("orchestrator failed to handle an event: unsaid={}", unsaid, e));
  }

  private void received(Message message) {
    Optional<Input> input;
    try {
      input = Inbox.read(options.topics(), message);
    } catch (JsonException e) {
      ignored.incrementAndGet();
      complain(message.topic(), e.getMessage());
      return;
    }
    input.ifPresent(this::take);
  }

  /** Once per topic; a limit, because topics are free. */
  private void complain(String topic, String reason) {
    if (complainedOf.size() < MAX_PROBLEMS && complainedOf.add(topic)) {
      log.warn("ignored: topic={} reason={}", topic, reason);
    }
  }

  /**
   * Takes an input in; it is decided on together with all that wait already, so that what happened
   * at once is planned for once.
   */
  private void take(Input input) {
    waiting.add(input);
    if (waiting.size() == MAX_BATCH) {
      decide();
    } else if (waiting.size() == 1) {
      loop.execute(this::decide);
    }
  }

  private void decide() {
    List<Input> batch = List.copyOf(waiting);
    waiting.clear();
    if (batch.isEmpty()) {
      return;
    }
    try {
      handle(batch);
    } catch (RuntimeException e) {
      failed(e);
      if (batch.size() > 1) {
        // One bad input must not take the others with it.
        batch.forEach(this::handleAlone);
      }
    }
  }

  private void handleAlone(Input input) {
    try {
      handle(List.of(input));
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void handle(List<Input> inputs) {
    State before = state;
    DeploymentCore.Decision decision = DeploymentCore.decide(state, inputs, loop.nowNs());
    state = decision.state();
    decision.effects().forEach(this::carryOut);
    PersistedState persisted = state.persisted();
    if (!persisted.equals(before.persisted())) {
      stateFile.write(persisted);
    }
    scheduleWake(before.dueNs());
  }

  private void carryOut(Effect effect) {
    if (effect instanceof Effect.PublishAssignment publish) {
      retain(Topic.AGENT_ASSIGNMENT, publish.agent(), publish.assignment());
    } else if (effect instanceof Effect.PublishPlan publish) {
      retain(Topic.DEPLOYMENT_PLAN, publish.deployment(), publish.plan());
    } else if (effect instanceof Effect.ClearPlan clear) {
      publish(options.topics().of(Topic.DEPLOYMENT_PLAN, clear.deployment()), new byte[0]);
    } else if (effect instanceof Effect.ClearAdmitted clear) {
      publish(options.topics().of(Topic.CONTROL, clear.deployment()), new byte[0]);
    } else if (effect instanceof Effect.PublishSpec publish) {
      retain(Topic.DEPLOYMENT_SPEC, publish.deployment(), publish.spec());
    } else if (effect instanceof Effect.RemoveSpec remove) {
      publish(options.topics().of(Topic.DEPLOYMENT_SPEC, remove.deployment()), new byte[0]);
    } else if (effect instanceof Effect.PublishState publish) {
      publish(options.topics().of(Topic.ORCHESTRATOR_STATE), Json.bytes(publish.state()));
    } else if (effect instanceof Effect.PublishBundle publish) {
      library.publish(publish.digest());
    } else if (effect instanceof Effect.FetchBundle fetch) {
      loop.execute(() -> library.fetch(fetch.digest()));
    } else if (effect instanceof Effect.Log line) {
      log.info("{}", line.line());
    }
  }

  private void retain(Topic topic, String name, Object value) {
    publish(options.topics().of(topic, name), Json.bytes(value));
  }

  private void publish(String topic, byte[] payload) {
    bus.publish(Message.to(topic).payload(payload).qos(1).retained(true).build());
  }

  private Message stateMessage(Availability availability) {
    OrchestratorState message =
        new OrchestratorState(
            availability, state.term(), options.id(), state.lease().incarnation());
    return Message.to(options.topics().of(Topic.ORCHESTRATOR_STATE))
        .payload(Json.bytes(message))
        .qos(1)
        .retained(true)
        .build();
  }

  private void scheduleWake(OptionalLong before) {
    OptionalLong due = state.dueNs();
    if (due.equals(before)) {
      return;
    }
    wake.cancel();
    if (due.isPresent()) {
      wake = loop.after(due.getAsLong() - loop.nowNs(), () -> take(new Input.Tick()));
    }
  }

  /** What it knows and decided; on the event loop. */
  State state() {
    return state;
  }

  /**
   * Announces that this orchestrator is offline and disconnects. Agents continue with their
   * assignments. Idempotent.
   */
  @Override
  public void close() {
    loop.execute(
        () -> {
          decide();
          if (bus.connected() && state.phase() == State.Phase.READY) {
            bus.publish(stateMessage(Availability.STOPPED));
          }
          stateFile.write(state.keptAtEnd());
          bus.close();
        });
    closing.run();
  }
}
