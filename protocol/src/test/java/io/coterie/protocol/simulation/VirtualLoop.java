package io.coterie.protocol.simulation;

import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.random.RandomGenerator;

/**
 * The event loop of a process on a machine, in virtual time: it stands still while the machine is
 * frozen, and ends with the process. A task that throws ends the simulation.
 */
public final class VirtualLoop implements EventLoop {
  /** So that numbers that begin with the time of day look like those of real clocks. */
  private static final long CLOCK_MS = 1_700_000_000_000L;

  private final SimulatedMachine machine;
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private boolean running;

  /** One for each start of the machine's process. */
  public VirtualLoop(SimulatedMachine machine) {
    this.machine = machine;
  }

  @Override
  public long nowNs() {
    return machine.time().nowNs();
  }

  @Override
  public long wallClockMs() {
    return CLOCK_MS + nowNs() / VirtualTime.MS;
  }

  @Override
  public RandomGenerator random() {
    return machine.time().random();
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (running) {
      return;
    }
    running = true;
    try {
      for (Runnable next = tasks.poll(); next != null; next = tasks.poll()) {
        next.run();
      }
    } finally {
      running = false;
    }
  }

  @Override
  public Timer after(long delayNs, Runnable task) {
    boolean[] cancelled = new boolean[1];
    machine.after(
        delayNs,
        () -> {
          if (!cancelled[0]) {
            execute(task);
          }
        });
    return () -> cancelled[0] = true;
  }
}
