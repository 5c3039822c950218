package io.coterie.hub;

import io.coterie.broker.reception.FrameResultFilter;
import io.coterie.broker.reception.VirtualReception;
import io.coterie.orchestrator.VirtualOrchestrator;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.VirtualLoop;
import io.coterie.protocol.topic.Topics;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The shipped standby around a simulated broker; one for each start of the broker's process. */
public final class VirtualStandby implements StandbyRunner.Doors {
  private final SimulatedBroker own;
  private final RoleBuses buses;
  private final FrameResultFilter reception;
  private StandbyRunner runner;

  /**
   * Prepares it, its doors shut.
   *
   * @param own the broker in its process
   */
  public VirtualStandby(SimulatedBroker own, Topics topics) {
    this.own = own;
    own.setOpen(false);
    buses = new RoleBuses(own::bus, Runnable::run);
    reception = VirtualReception.open(own, topics);
  }

  /**
   * Watches the first hub from now on.
   *
   * @param orchestrator in its process, on a bus from here
   * @param sentinel a connection to the first hub's broker, not yet started
   */
  public void start(VirtualOrchestrator orchestrator, MessageBus sentinel) {
    VirtualLoop loop = new VirtualLoop(own.machine());
    runner = new StandbyRunner(loop, this, reception, buses, orchestrator.shipped());
    runner.start(sentinel);
  }

  /** The bus of a part, which is where the hub's parts are. */
  public MessageBus bus(String part, Supplier<MessageBus> usual) {
    return buses.create(part, usual);
  }

  /** Whether it follows the first hub, as it does where nothing fails. */
  public boolean follows() {
    return runner.phase() == Standby.Phase.FOLLOWING;
  }

  @Override
  public void open() {
    own.setOpen(true);
  }

  @Override
  public void shut() {
    own.setOpen(false);
  }

  @Override
  public CompletableFuture<Void> forget() {
    own.forget();
    return CompletableFuture.completedFuture(null);
  }
}
