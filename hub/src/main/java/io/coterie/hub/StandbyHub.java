package io.coterie.hub;

import io.coterie.agent.EdgeAgent;
import io.coterie.broker.BrokerException;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.TcpForwarder;
import io.coterie.hub.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.runtime.ThreadLoop;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub that stands by for another. While that one answers, its parts are clients there: the
 * orchestrator follows, and keeps every deployment and model. While it does not, {@link Standby}
 * has them move to the broker of this process, whose {@link TcpForwarder}s open. Everything that
 * moves does so on one event loop, one effect after the other: what is heard while an effect takes
 * its time is decided on when that is over.
 */
final class StandbyHub implements HubParts {
  private static final Logger log = LoggerFactory.getLogger(StandbyHub.class);

  private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(2);

  /** What was answered last has to reach its receivers before their connections end. */
  private static final long LINGER_NS = TimeUnit.MILLISECONDS.toNanos(100);

  private final HubOptions options;
  private final UpstreamBroker first;
  private final Closer closer = new Closer();
  private final ThreadLoop loop = new ThreadLoop("standby");
  private final HubBroker hub;
  private final EmbeddedBroker broker;
  private final List<TcpForwarder> forwarders;
  private final RoleBuses buses;
  private final EdgeAgent agent;
  private final Orchestrator orchestrator;
  private volatile Standby state;

  // On the loop only.
  private final Deque<Standby.Input> heard = new ArrayDeque<>();
  private final Deque<Standby.Effect> due = new ArrayDeque<>();

  /** Whether an effect takes its time. */
  private boolean busy;

  private boolean complained;

  private StandbyHub(HubOptions options) throws BrokerException, IOException, ModelException {
    this.options = options;
    first = options.upstream().orElseThrow();
    state = Standby.initial(loop.nowNs());
    ListenerOptions listening = options.listening().withPages(Optional.empty());
    try {
      hub =
          HubBroker.behindForwarders(listening, options.topics(), HubSecrets.of(options.folder()));
      closer.add(hub);
      broker = hub.broker();
      forwarders = forwarders(listening, broker);
      closer.add(() -> forwarders.forEach(TcpForwarder::shut));
      buses = new RoleBuses(broker, first);
      agent =
          new EdgeAgent(options.agent(), (clientId, will) -> buses.create("agent", clientId, will));
      closer.add(agent::close);
      orchestrator =
          new Orchestrator(
              options.orchestrator(),
              will -> buses.create("orchestrator", options.clientId("orchestrator"), will));
      closer.add(orchestrator::close);
    } catch (BrokerException | IOException | ModelException | RuntimeException e) {
      closer.close();
      throw e;
    }
  }

  /**
   * Prepares a hub, connects to the first one, and watches it from now on.
   *
   * @throws BrokerException if it could not serve
   */
  static StandbyHub start(HubOptions options) throws BrokerException, IOException, ModelException {
    StandbyHub standby = new StandbyHub(options);
    standby.start();
    return standby;
  }

  private static List<TcpForwarder> forwarders(ListenerOptions listening, EmbeddedBroker broker)
      throws BrokerException {
    List<TcpForwarder> forwarders = new ArrayList<>();
    forwarders.add(
        new TcpForwarder(listening.plainAddress(), listening.port(), broker.port(), "--port"));
    if (listening.guarded()) {
      int target = broker.tlsPort();
      forwarders.add(
          new TcpForwarder(listening.bind(), listening.securePort(), target, "--tls-port"));
    }
    if (listening.webSocketPort().isPresent()) {
      int webSocketPort = listening.webSocketPort().getAsInt();
      int target = broker.webSocketPort().orElseThrow();
      forwarders.add(new TcpForwarder(listening.bind(), webSocketPort, target, "--websocket-port"));
    }
    return forwarders;
  }

  private void start() {
    agent.start();
    orchestrator.start();
    MessageBus sentinel = first.connect(options.clientId("standby"));
    closer.add(sentinel::close);
    closer.add(loop::close);
    state = Standby.initial(loop.nowNs());
    sentinel.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            loop.execute(() -> input(Standby.Input.REACHED));
          }

          @Override
          public void disconnected(String reason) {
            loop.execute(() -> input(Standby.Input.LOST));
          }
        });
    loop.every(TICK_NS, this::tick);
  }

  @Override
  public CompletableFuture<String> ended() {
    return agent.ended();
  }

  @Override
  public void pulse(long periodMs, Consumer<String> listener) {
    agent.pulse(periodMs, listener);
  }

  @Override
  public boolean serves() {
    return state.serves();
  }

  @Override
  public MessageBus bus(String part) {
    return buses.create(part, () -> first.connect(options.clientId(part)));
  }

  @Override
  public Optional<HubBroker> broker() {
    return Optional.of(hub);
  }

  /** The ports that clients come to while the first hub does not answer. */
  @Override
  public List<Integer> ports() {
    return forwarders.stream().map(TcpForwarder::port).toList();
  }

  private void tick() {
    if (busy) {
      return;
    }
    boolean drained =
        state.phase() == Standby.Phase.DRAINING && hub.reception().open(Standby.DRAIN_NS) == 0;
    input(drained ? Standby.Input.DRAINED : Standby.Input.TICK);
    if (!busy && state.serves()) {
      openForwarders();
    }
  }

  private void input(Standby.Input input) {
    heard.add(input);
    proceed();
  }

  private void proceed() {
    while (!busy) {
      if (!due.isEmpty()) {
        carryOut(due.remove());
      } else if (!heard.isEmpty()) {
        handle(heard.remove());
      } else {
        return;
      }
    }
  }

  private void handle(Standby.Input input) {
    Standby.Phase before = state.phase();
    Standby.Decision decision = state.decide(input, loop.nowNs());
    state = decision.state();
    if (state.phase() != before) {
      log.info("standby: old={} new={}", before, state.phase());
    }
    due.addAll(decision.effects());
  }

  private void carryOut(Standby.Effect effect) {
    switch (effect) {
      case SERVE -> awaited(effect, broker.forget(), () -> last(this::serve));
      case DRAIN -> hub.reception().closing(true);
      case RESUME -> hub.reception().closing(false);
      case FOLLOW ->
          awaited(
              effect, orchestrator.leave(), () -> loop.after(LINGER_NS, () -> last(this::follow)));
    }
  }

  /** Goes on with the effect when the future ends, and without it where that takes too long. */
  private void awaited(Standby.Effect effect, CompletableFuture<Void> future, Runnable next) {
    busy = true;
    CompletableFuture<Void> outcome = new CompletableFuture<>();
    EventLoop.Timer timer =
        loop.after(
            WAIT_NS, () -> outcome.completeExceptionally(new TimeoutException("not in time")));
    var unused =
        future.whenComplete(
            (done, failure) ->
                loop.execute(
                    () -> {
                      if (failure == null) {
                        outcome.complete(null);
                      } else {
                        outcome.completeExceptionally(failure);
                      }
                    }));
    var unusedToo =
        outcome.whenComplete(
            (done, failure) -> {
              timer.cancel();
              if (failure != null) {
                log.error("standby goes on: effect={} reason={}", effect, failure.toString());
              }
              loop.execute(next);
            });
  }

  /** The last step of an effect. */
  private void last(Runnable step) {
    try {
      step.run();
    } finally {
      busy = false;
      proceed();
    }
  }

  private void serve() {
    orchestrator.connectsAlone(true);
    buses.moveToOwn();
    openForwarders();
  }

  /** Again with every tick where the port was taken in the meantime. */
  private void openForwarders() {
    try {
      for (TcpForwarder forwarder : forwarders) {
        forwarder.open();
      }
      complained = false;
    } catch (BrokerException e) {
      if (!complained) {
        log.error("standby cannot serve, keeps trying: reason={}", e.getMessage());
        complained = true;
      }
    }
  }

  private void follow() {
    forwarders.forEach(TcpForwarder::shut);
    hub.reception().closing(false);
    orchestrator.connectsAlone(false);
    buses.moveToUsual();
  }

  @Override
  public void close() {
    closer.close();
  }
}
