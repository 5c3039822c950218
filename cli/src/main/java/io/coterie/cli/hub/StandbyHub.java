package io.coterie.cli.hub;

import io.coterie.agent.EdgeAgent;
import io.coterie.broker.BrokerException;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.TcpForwarder;
import io.coterie.cli.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A hub that stands by for another. While that one answers, its parts are clients there: the
 * orchestrator follows, and keeps every deployment and model. While it does not, {@link Standby}
 * has them move to the broker of this process, whose {@link TcpForwarder}s open. Everything that
 * moves does so on one thread.
 */
final class StandbyHub implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StandbyHub.class);

  private static final long TICK_MS = 20;
  private static final long WAIT_MS = 2_000;

  /** What was answered last has to reach its receivers before their connections end. */
  private static final long LINGER_MS = 100;

  private final HubBroker hub;
  private final EmbeddedBroker broker;
  private final List<TcpForwarder> forwarders;
  private final RoleBuses buses;
  private final EdgeAgent agent;
  private final Orchestrator orchestrator;
  private final MessageBus sentinel;
  private final ScheduledExecutorService runtime;
  private volatile Standby state;
  private boolean complained;

  /**
   * Prepares a hub; {@link #start()} starts it.
   *
   * @param first addresses of the hub to stand by for
   * @param login of the role hub there
   * @param listening how to listen while that hub does not answer
   * @throws BrokerException if that is impossible already
   */
  StandbyHub(List<URI> first, Optional<Login> login, ListenerOptions listening, HubOptions options)
      throws BrokerException, IOException, ModelException {
    state = Standby.initial(System.nanoTime());
    hub = HubBroker.behindForwarders(listening, options.topics(), HubSecrets.of(options.folder()));
    broker = hub.broker();
    try {
      forwarders = forwarders(listening, broker);
      buses = new RoleBuses(broker, Hub.connections(first, login));
      agent =
          new EdgeAgent(options.agent(), (clientId, will) -> buses.create("agent", clientId, will));
      orchestrator =
          new Orchestrator(
              options.orchestrator(),
              will -> buses.create("orchestrator", options.orchestratorClientId(), will));
    } catch (BrokerException | IOException | ModelException | RuntimeException e) {
      hub.close();
      throw e;
    }
    sentinel =
        new PahoBus(
            ConnectionOptions.of(first, "coterie-standby-" + options.id()).withLogin(login));
    runtime =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "standby");
              thread.setDaemon(true);
              return thread;
            });
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

  /** Connects to the first hub, and watches it from now on. */
  void start() {
    agent.start();
    orchestrator.start();
    state = Standby.initial(System.nanoTime());
    sentinel.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            input(Standby.Input.REACHED);
          }

          @Override
          public void disconnected(String reason) {
            input(Standby.Input.LOST);
          }
        });
    ScheduledFuture<?> unused =
        runtime.scheduleWithFixedDelay(this::tick, TICK_MS, TICK_MS, TimeUnit.MILLISECONDS);
  }

  /** Completes with the reason when the hub ends by itself. */
  CompletableFuture<String> ended() {
    return agent.ended();
  }

  /** Tells that the hub is alive, on its agent's thread. */
  void pulse(long periodMs, Consumer<String> listener) {
    agent.pulse(periodMs, listener);
  }

  /** Whether clients are let in at this moment. */
  boolean serves() {
    return state.serves();
  }

  /**
   * A bus that is where the hub's parts are: at the first hub, or at the broker of this process.
   */
  MessageBus bus(String role, Supplier<MessageBus> usual) {
    return buses.create(role, usual);
  }

  /** The broker of this process. */
  HubBroker broker() {
    return hub;
  }

  /** The ports that clients come to while the first hub does not answer. */
  List<Integer> ports() {
    return forwarders.stream().map(TcpForwarder::port).toList();
  }

  private void input(Standby.Input input) {
    try {
      runtime.execute(() -> handle(input));
    } catch (RejectedExecutionException e) {
      log.debug("closed: input={}", input);
    }
  }

  private void tick() {
    boolean drained =
        state.phase() == Standby.Phase.DRAINING && hub.reception().open(Standby.DRAIN_NS) == 0;
    handle(drained ? Standby.Input.DRAINED : Standby.Input.TICK);
    if (state.serves()) {
      openForwarders();
    }
  }

  private void handle(Standby.Input input) {
    Standby.Phase before = state.phase();
    Standby.Decision decision = state.decide(input, System.nanoTime());
    state = decision.state();
    if (state.phase() != before) {
      log.info("standby: old={} new={}", before, state.phase());
    }
    for (Standby.Effect effect : decision.effects()) {
      try {
        carryOut(effect);
      } catch (ExecutionException | TimeoutException | RuntimeException e) {
        log.error("standby failed: effect={} reason={}", effect, e.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void carryOut(Standby.Effect effect)
      throws ExecutionException, TimeoutException, InterruptedException {
    switch (effect) {
      case SERVE -> serve();
      case DRAIN -> hub.reception().closing(true);
      case RESUME -> hub.reception().closing(false);
      case FOLLOW -> follow();
    }
  }

  private void serve() throws ExecutionException, TimeoutException, InterruptedException {
    broker.forget().get(WAIT_MS, TimeUnit.MILLISECONDS);
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

  private void follow() throws ExecutionException, TimeoutException, InterruptedException {
    orchestrator.leave().get(WAIT_MS, TimeUnit.MILLISECONDS);
    Thread.sleep(LINGER_MS);
    forwarders.forEach(TcpForwarder::shut);
    hub.reception().closing(false);
    orchestrator.connectsAlone(false);
    buses.moveToUsual();
  }

  @Override
  public void close() {
    runtime.shutdownNow();
    sentinel.close();
    orchestrator.close();
    agent.close();
    forwarders.forEach(TcpForwarder::shut);
    hub.close();
  }
}
