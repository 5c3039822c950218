package io.coterie.cli.hub;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.Hardware;
import io.coterie.broker.BrokerException;
import io.coterie.cli.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.orchestrator.OrchestratorOptions;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Login;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The hub's parts, started together: broker (own or another), orchestrator, fuser agent. */
public final class Hub implements AutoCloseable {
  private final Optional<HubBroker> broker;
  private final Orchestrator orchestrator;
  private final EdgeAgent agent;
  private final URI address;

  private Hub(Optional<HubBroker> broker, Orchestrator orchestrator, EdgeAgent agent, URI address) {
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
  static Hub withOwnBroker(
      Listening listening, String base, String id, Path state, TrustedKeys trusted)
      throws BrokerException, IOException, ModelException {
    HubBroker broker = HubBroker.start(listening, new Topics(base), HubSecrets.of(state));
    try {
      return start(
          Optional.of(broker),
          broker.broker().address(),
          (clientId, will) -> broker.broker().bus(),
          base,
          id,
          state,
          trusted);
    } catch (IOException | ModelException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Starts a hub on a broker that runs elsewhere. */
  static Hub onBroker(
      List<URI> brokers,
      Optional<Login> login,
      String base,
      String id,
      Path state,
      TrustedKeys trusted)
      throws IOException, ModelException {
    return start(
        Optional.empty(), brokers.get(0), connections(brokers, login), base, id, state, trusted);
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
      Optional<HubBroker> broker,
      URI address,
      BusFactory buses,
      String base,
      String id,
      Path state,
      TrustedKeys trusted)
      throws IOException, ModelException {
    EdgeAgent agent =
        new EdgeAgent(agentOptions(base, id, state).withTrusted(trusted), buses::create);
    Orchestrator orchestrator =
        new Orchestrator(
            new OrchestratorOptions(new Topics(base), id, Optional.of(state), trusted),
            will -> buses.create("coterie-orchestrator-" + id, will));
    agent.start();
    orchestrator.start();
    return new Hub(broker, orchestrator, agent, address);
  }

  /** Connects a part of the hub. */
  interface BusFactory {
    MessageBus create(String clientId, Message will);
  }

  static AgentOptions agentOptions(String base, String id, Path state) {
    return new AgentOptions(
        id,
        base,
        state,
        1,
        1,
        Hardware.offeredMemoryBytes(),
        AgentOptions.UPLINK_BITS_PER_SECOND,
        0,
        true);
  }

  /** Completes with the reason when the hub's agent ends by itself. */
  public CompletableFuture<String> ended() {
    return agent.ended();
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
    orchestrator.close();
    agent.close();
    broker.ifPresent(HubBroker::close);
  }
}
