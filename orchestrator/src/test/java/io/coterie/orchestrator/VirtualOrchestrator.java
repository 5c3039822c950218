package io.coterie.orchestrator;

import io.coterie.orchestrator.deployment.State;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.simulation.VirtualStore;
import io.coterie.protocol.topic.Topics;
import java.util.Optional;

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
      SimulatedBroker broker,
      VirtualStore disk) {
    orchestrator =
        new Orchestrator(
            new OrchestratorOptions(topics, id, Optional.empty()),
            will -> broker.client(machine, "orchestrator-" + id, Optional.of(will)),
            new VirtualLoop(machine),
            Optional.of(disk),
            () -> {});
    orchestrator.start();
  }

  public State state() {
    return orchestrator.state();
  }
}
