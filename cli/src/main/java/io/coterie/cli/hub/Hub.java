package io.coterie.cli.hub;

import io.coterie.agent.EdgeAgent;
import io.coterie.broker.BrokerException;
import io.coterie.cli.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.runtime.ThreadLoop;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The hub's parts, started together: broker (own or another), orchestrator, fuser agent. */
public final class Hub implements AutoCloseable {
  private final Optional<HubBroker> broker;
  private final Optional<Orchestrator> orchestrator;
  private final Optional<EdgeAgent> agent;
  private final URI address;

  private Hub(
      Optional<HubBroker> broker,
      Optional<Orchestrator> orchestrator,
      Optional<EdgeAgent> agent,
      URI address) {
    this.broker = broker;
    this.orchestrator = orchestrator;
    this.agent = agent;
    this.address = address;
  }

  /**
   * Starts a hub with its own broker.
   *
   * @throws BrokerException if the broker cannot listen
   */
  static Hub withOwnBroker(ListenerOptions listening, HubOptions options)
      throws BrokerException, IOException, ModelException {
    HubBroker broker =
        HubBroker.start(listening, options.topics(), HubSecrets.of(options.folder()));
    try {
      return start(
          Optional.of(broker),
          broker.broker().address(),
          (clientId, will) -> broker.broker().bus(),
          options);
    } catch (IOException | ModelException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Starts a hub on a broker that runs elsewhere. */
  static Hub onBroker(List<URI> brokers, Optional<Login> login, HubOptions options)
      throws IOException, ModelException {
    return start(Optional.empty(), brokers.get(0), connections(brokers, login), options);
  }

  /** Connections to brokers elsewhere. */
  static BusFactory connections(List<URI> brokers, Optional<Login> login) {
    return (clientId, will) ->
        new PahoBus(
            ConnectionOptions.of(brokers, clientId)
                .withMaxPacketBytes(HubBroker.MAX_PACKET_BYTES)
                .withLogin(login)
                .withWill(will));
  }

  private static Hub start(
      Optional<HubBroker> broker, URI address, BusFactory buses, HubOptions options)
      throws IOException, ModelException {
    Optional<EdgeAgent> agent = Optional.empty();
    if (options.roles().contains(HubOptions.Role.AGENT)) {
      agent = Optional.of(new EdgeAgent(options.agent(), buses::create));
    }
    Optional<Orchestrator> orchestrator = Optional.empty();
    if (options.roles().contains(HubOptions.Role.ORCHESTRATOR)) {
      orchestrator =
          Optional.of(
              new Orchestrator(
                  options.orchestrator(),
                  will -> buses.create(options.orchestratorClientId(), will)));
    }
    agent.ifPresent(EdgeAgent::start);
    orchestrator.ifPresent(Orchestrator::start);
    return new Hub(broker, orchestrator, agent, address);
  }

  /** Connects a part of the hub. */
  interface BusFactory {
    MessageBus create(String clientId, Message will);
  }

  /** Completes with the reason when the hub's agent ends by itself. */
  public CompletableFuture<String> ended() {
    return agent.map(EdgeAgent::ended).orElseGet(CompletableFuture::new);
  }

  /** Tells that the hub is alive: its agent where there is one, else this process. */
  void pulse(long periodMs, Consumer<String> listener) {
    agent.ifPresentOrElse(
        fuser -> fuser.pulse(periodMs, listener),
        () ->
            new ThreadLoop("alive")
                .every(TimeUnit.MILLISECONDS.toNanos(periodMs), () -> listener.accept("serves")));
  }

  /** The broker in this process, if there is one. */
  Optional<HubBroker> broker() {
    return broker;
  }

  /** The broker's address. */
  public URI address() {
    return address;
  }

  @Override
  public void close() {
    orchestrator.ifPresent(Orchestrator::close);
    agent.ifPresent(EdgeAgent::close);
    broker.ifPresent(HubBroker::close);
  }
}
