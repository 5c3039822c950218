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
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualTime;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * An orchestrator in virtual time: the cores that ship, and around them what {@link Orchestrator}
 * does. One for each start of its process.
 */
public final class SimulatedOrchestrator {
  private static final long TICK_NS = 1_000 * VirtualTime.MS;

  /** What outlives a start. */
  public static final class Disk {
    private PersistedState persisted = PersistedState.NOTHING;
  }

  /**
   * What is fixed.
   *
   * @param bundles by digest; it takes a moment to get them
   * @param lines hears what it logs
   */
  public record Setup(
      String id, Topics topics, Map<String, Manifest> bundles, Disk disk, Consumer<String> lines) {}

  private final Setup setup;
  private final SimulatedMachine machine;
  private final MessageBus bus;
  private State state;

  /** Starts it. */
  public SimulatedOrchestrator(Setup setup, SimulatedMachine machine, SimulatedBroker broker) {
    this.setup = setup;
    this.machine = machine;
    state = State.initial(setup.id(), nowNs() / VirtualTime.MS, setup.disk().persisted);
    OrchestratorState will = new OrchestratorState(Availability.OFFLINE, state.term(), setup.id());
    bus =
        broker.client(
            machine,
            "orchestrator-" + setup.id(),
            Optional.of(message(setup.topics().of(Topic.ORCHESTRATOR_STATE), Json.bytes(will))));
    for (Topic topic : Inbox.TOPICS) {
      bus.subscribe(setup.topics().filter(topic), 1, this::received);
    }
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            handle(new Input.Connected());
          }

          @Override
          public void disconnected(String reason) {
            handle(new Input.Disconnected());
          }
        });
    tickLater();
  }

  public State state() {
    return state;
  }

  private long nowNs() {
    return machine.time().nowNs();
  }

  private void tickLater() {
    machine.after(
        TICK_NS,
        () -> {
          handle(new Input.Tick());
          tickLater();
        });
  }

  private void received(Message message) {
    try {
      Inbox.read(setup.topics(), message).ifPresent(this::handle);
    } catch (JsonException e) {
      throw new IllegalStateException(message.toString(), e);
    }
  }

  private void handle(Input input) {
    OptionalLong before = state.dueNs();
    DeploymentCore.Decision decision = DeploymentCore.decide(state, input, nowNs());
    state = decision.state();
    decision.effects().forEach(this::carryOut);
    setup.disk().persisted = state.persisted();
    OptionalLong due = state.dueNs();
    if (due.isPresent() && !due.equals(before)) {
      machine.after(
          due.getAsLong() - nowNs(),
          () -> {
            if (state.dueNs().equals(due)) {
              handle(new Input.Tick());
            }
          });
    }
  }

  private void carryOut(Effect effect) {
    Topics topics = setup.topics();
    if (effect instanceof Effect.PublishAssignment publish) {
      retain(topics.of(Topic.AGENT_ASSIGNMENT, publish.agent()), publish.assignment());
    } else if (effect instanceof Effect.PublishPlan publish) {
      retain(topics.of(Topic.DEPLOYMENT_PLAN, publish.deployment()), publish.plan());
    } else if (effect instanceof Effect.PublishSpec publish) {
      retain(topics.of(Topic.DEPLOYMENT_SPEC, publish.deployment()), publish.spec());
    } else if (effect instanceof Effect.PublishState publish) {
      retain(topics.of(Topic.ORCHESTRATOR_STATE), publish.state());
    } else if (effect instanceof Effect.FetchBundle fetch) {
      Manifest manifest = setup.bundles().get(fetch.digest());
      machine.after(
          machine.time().between(0.5, 30),
          () -> handle(new Input.ManifestReady(fetch.digest(), manifest)));
    } else if (effect instanceof Effect.Log line) {
      setup.lines().accept(line.line());
    } else if (!(effect instanceof Effect.PublishBundle)) {
      // Bundles do not travel here, and nobody ends a deployment.
      throw new IllegalStateException(effect.toString());
    }
  }

  private void retain(String topic, Object value) {
    bus.publish(message(topic, Json.bytes(value)));
  }

  private static Message message(String topic, byte[] payload) {
    return Message.to(topic).payload(payload).qos(1).retained(true).build();
  }
}
