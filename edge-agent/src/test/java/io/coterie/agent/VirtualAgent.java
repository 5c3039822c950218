package io.coterie.agent;

import io.coterie.agent.board.HardwareStatus;
import io.coterie.agent.role.AssignmentCore;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.simulation.VirtualStore;
import io.coterie.protocol.topic.Topic;
import java.nio.file.Path;

/** The shipped agent on a simulated machine; one for each start of its process. */
public final class VirtualAgent {
  private final AgentOptions options;
  private final EdgeAgent agent;
  private MessageBus bus;

  /**
   * Starts it.
   *
   * @param flopsPerSecond of the board
   * @param disk outlives the process
   */
  public VirtualAgent(
      AgentOptions options,
      double flopsPerSecond,
      SimulatedMachine machine,
      EdgeAgent.BusFactory buses,
      VirtualStore disk) {
    this.options = options;
    AgentPorts ports =
        new AgentPorts(
            new VirtualLoop(machine),
            name -> new VirtualEngine(machine, flopsPerSecond),
            disk,
            flopsPerSecond,
            new HardwareStatus(Path.of("/no/such/folder")),
            false,
            () -> {});
    agent = new EdgeAgent(options, (clientId, will) -> bus = buses.create(clientId, will), ports);
    agent.start();
  }

  /** Highest term and epoch seen, and what is wanted. */
  public AssignmentCore.State roles() {
    return agent.roles();
  }

  /** What it carries out. */
  public Assignment active() {
    return agent.active();
  }

  /** Whether it misses no result of the deployment. */
  public boolean hearsResults(String deployment) {
    return bus.hears(options.topics().filter(Topic.RESULT, deployment));
  }
}
