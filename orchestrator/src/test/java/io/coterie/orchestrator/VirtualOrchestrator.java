package io.coterie.orchestrator;

import io.coterie.orchestrator.deployment.State;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.simulation.VirtualStore;
import io.coterie.protocol.topic.Topics;
import java.util.Optional;
import java.util.function.Function;

/** The shipped orchestrator on a simulated machine; one for each start of its process. */
public final class VirtualOrchestrator {
  private final Orchestrator orchestrator;

  /**
   * Starts it.
   *
   * @param disk outlives the process
   */
  public VirtualOrchestrator(
      String id,
      Topics topics,
      SimulatedMachine machine,
      Function<Message, MessageBus> buses,
      VirtualStore disk) {
    orchestrator =
        new Orchestrator(
            new OrchestratorOptions(topics, id, Optional.empty()),
            buses,
            new VirtualLoop(machine),
            Optional.of(disk),
            () -> {});
    orchestrator.start();
  }

  public Orchestrator shipped() {
    return orchestrator;
  }

  public State state() {
    return orchestrator.state();
  }
}
