package io.coterie.cli.hub;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.EdgeAgent;
import io.coterie.agent.Hardware;
import io.coterie.broker.Admission;
import io.coterie.broker.BrokerException;
import io.coterie.broker.BrokerOptions;
import io.coterie.broker.EmbeddedBroker;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.orchestrator.OrchestratorOptions;
import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import io.coterie.protocol.topic.Topics;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** The hub's parts, started together: broker (own or another), orchestrator, fuser agent. */
public final class Hub implements AutoCloseable {
  /** A frame of any size must reach the fuser, which answers that it is too large. */
  static final int MAX_PACKET_BYTES = 128 << 20;

  private final Optional<EmbeddedBroker> broker;
  private final Orchestrator orchestrator;
  private final EdgeAgent agent;
  private final URI address;

  private Hub(
      Optional<EmbeddedBroker> broker, Orchestrator orchestrator, EdgeAgent agent, URI address) {
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
  public static Hub withOwnBroker(
      String bind, int port, OptionalInt webSocketPort, String base, String id, Path state)
      throws BrokerException, IOException, ModelException {
    BrokerOptions options =
        new BrokerOptions(bind, port, webSocketPort, MAX_PACKET_BYTES, admission(bind));
    EmbeddedBroker broker = EmbeddedBroker.start(options);
    try {
      return start(
          Optional.of(broker), broker.address(), (clientId, will) -> broker.bus(), base, id, state);
    } catch (IOException | ModelException | RuntimeException e) {
      broker.close();
      throw e;
    }
  }

  /** Starts a hub on a broker that runs elsewhere. */
  public static Hub onBroker(List<URI> brokers, String base, String id, Path state)
      throws IOException, ModelException {
    return start(Optional.empty(), brokers.get(0), connections(brokers), base, id, state);
  }

  /** Connections to brokers elsewhere. */
  static BusFactory connections(List<URI> brokers) {
    return (clientId, will) ->
        new PahoBus(
            ConnectionOptions.of(brokers, clientId)
                .withMaxPacketBytes(MAX_PACKET_BYTES)
                .withWill(will));
  }

  private static Hub start(
      Optional<EmbeddedBroker> broker,
      URI address,
      BusFactory buses,
      String base,
      String id,
      Path state)
      throws IOException, ModelException {
    EdgeAgent agent = new EdgeAgent(agentOptions(base, id, state), buses::create);
    Orchestrator orchestrator =
        new Orchestrator(
            new OrchestratorOptions(new Topics(base), id, Optional.of(state)),
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

  static Admission admission(String bind) {
    return bind.startsWith("127.") ? Admission.loopbackOnly() : Admission.everybody();
  }

  /** Completes with the reason when the hub's agent ends by itself. */
  public CompletableFuture<String> ended() {
    return agent.ended();
  }

  /** The broker's address. */
  public URI address() {
    return address;
  }

  @Override
  public void close() {
    orchestrator.close();
    agent.close();
    broker.ifPresent(EmbeddedBroker::close);
  }
}
