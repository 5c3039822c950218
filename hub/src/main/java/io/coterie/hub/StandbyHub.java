package io.coterie.hub;

import io.coterie.agent.EdgeAgent;
import io.coterie.broker.BrokerException;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.broker.TcpForwarder;
import io.coterie.hub.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.runtime.ThreadLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A hub that stands by for another. While that one answers, its parts are clients there: the
 * orchestrator follows, and keeps every deployment and model. While it does not, a {@link
 * StandbyRunner} has them move to the broker of this process, whose {@link TcpForwarder}s open.
 */
final class StandbyHub implements HubParts, StandbyRunner.Doors {
  private final HubOptions options;
  private final UpstreamBroker first;
  private final Closer closer = new Closer();
  private final ThreadLoop loop = new ThreadLoop("standby");
  private final HubBroker hub;
  private final List<TcpForwarder> forwarders;
  private final RoleBuses buses;
  private final EdgeAgent agent;
  private final Orchestrator orchestrator;
  private final StandbyRunner runner;

  private StandbyHub(HubOptions options) throws BrokerException, IOException, ModelException {
    this.options = options;
    first = options.upstream().orElseThrow();
    ListenerOptions listening = options.listening().withPages(Optional.empty());
    try {
      hub =
          HubBroker.behindForwarders(listening, options.topics(), HubSecrets.of(options.folder()));
      closer.add(hub);
      forwarders = forwarders(listening, hub.broker());
      closer.add(this::shut);
      buses = new RoleBuses(hub.broker()::bus);
      agent =
          new EdgeAgent(
              options.agent(),
              (clientId, will) -> buses.create("agent", () -> first.connect(clientId, will)));
      closer.add(agent::close);
      String clientId = options.clientId("orchestrator");
      orchestrator =
          new Orchestrator(
              options.orchestrator(),
              will -> buses.create("orchestrator", () -> first.connect(clientId, will)));
      closer.add(orchestrator::close);
      runner = new StandbyRunner(loop, this, hub.reception(), buses, orchestrator);
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
    runner.start(sentinel);
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
    return runner.serves();
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

  @Override
  public void open() throws BrokerException {
    for (TcpForwarder forwarder : forwarders) {
      forwarder.open();
    }
  }

  @Override
  public void shut() {
    forwarders.forEach(TcpForwarder::shut);
  }

  @Override
  public CompletableFuture<Void> forget() {
    return hub.broker().forget();
  }

  @Override
  public void close() {
    closer.close();
  }
}
