package io.coterie.hub;

import io.coterie.agent.EdgeAgent;
import io.coterie.broker.BrokerException;
import io.coterie.hub.access.HubSecrets;
import io.coterie.inference.ModelException;
import io.coterie.orchestrator.Orchestrator;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.runtime.ThreadLoop;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** A hub that serves for good: its own broker or one elsewhere, orchestrator and fusing agent. */
final class ServingHub implements HubParts {
  private final Closer closer = new Closer();
  private final ThreadLoop alive = new ThreadLoop("alive");
  private final Optional<HubBroker> broker;
  private final Optional<EdgeAgent> agent;
  private final Function<String, MessageBus> buses;

  /**
   * Starts the parts.
   *
   * @throws BrokerException if the broker cannot listen
   */
  ServingHub(HubOptions options) throws BrokerException, IOException, ModelException {
    closer.add(alive::close);
    try {
      broker = options.upstream().isPresent() ? Optional.empty() : Optional.of(ownBroker(options));
      EdgeAgent.BusFactory roles =
          broker
              .map(own -> (EdgeAgent.BusFactory) (clientId, will) -> own.broker().bus())
              .orElseGet(() -> options.upstream().orElseThrow()::connect);
      buses =
          broker
              .map(own -> (Function<String, MessageBus>) part -> own.broker().bus())
              .orElse(part -> options.upstream().orElseThrow().connect(options.clientId(part)));
      agent = agent(options, roles);
      Optional<Orchestrator> orchestrator = orchestrator(options, roles);
      agent.ifPresent(EdgeAgent::start);
      orchestrator.ifPresent(Orchestrator::start);
    } catch (BrokerException | IOException | ModelException | RuntimeException e) {
      closer.close();
      throw e;
    }
  }

  private HubBroker ownBroker(HubOptions options) throws BrokerException, IOException {
    HubBroker own =
        HubBroker.start(options.listening(), options.topics(), HubSecrets.of(options.folder()));
    closer.add(own);
    return own;
  }

  private Optional<EdgeAgent> agent(HubOptions options, EdgeAgent.BusFactory roles)
      throws IOException, ModelException {
    if (!options.roles().contains(HubOptions.Role.AGENT)) {
      return Optional.empty();
    }
    EdgeAgent fusing = new EdgeAgent(options.agent(), roles);
    closer.add(fusing::close);
    return Optional.of(fusing);
  }

  private Optional<Orchestrator> orchestrator(HubOptions options, EdgeAgent.BusFactory roles)
      throws IOException {
    if (!options.roles().contains(HubOptions.Role.ORCHESTRATOR)) {
      return Optional.empty();
    }
    Orchestrator deciding =
        new Orchestrator(
            options.orchestrator(), will -> roles.create(options.clientId("orchestrator"), will));
    closer.add(deciding::close);
    return Optional.of(deciding);
  }

  @Override
  public Optional<HubBroker> broker() {
    return broker;
  }

  @Override
  public List<Integer> ports() {
    return broker
        .map(own -> List.of(own.broker().port(), own.broker().tlsPort()))
        .orElse(List.of());
  }

  @Override
  public boolean serves() {
    return true;
  }

  @Override
  public MessageBus bus(String part) {
    return buses.apply(part);
  }

  @Override
  public CompletableFuture<String> ended() {
    return agent.map(EdgeAgent::ended).orElseGet(CompletableFuture::new);
  }

  @Override
  public void pulse(long periodMs, Consumer<String> listener) {
    long periodNs = TimeUnit.MILLISECONDS.toNanos(periodMs);
    agent.ifPresentOrElse(
        fusing -> fusing.pulse(periodMs, listener),
        () -> alive.every(periodNs, () -> listener.accept("serves")));
  }

  @Override
  public void close() {
    closer.close();
  }
}
