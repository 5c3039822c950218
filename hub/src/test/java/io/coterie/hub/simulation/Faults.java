package io.coterie.hub.simulation;

import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.simulation.SimulatedBroker;
import io.coterie.protocol.simulation.SimulatedMachine;
import io.coterie.protocol.simulation.VirtualTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Accidents that happen to a fleet at random, each with its end. */
final class Faults {
  /** What can happen. */
  enum Kind {
    /** A process is killed, and started again after 0.2 to 3 s. */
    CRASH,
    /** A machine loses its power: its connections do not end by themselves. */
    POWER,
    /** A machine is cut off the network for 0.1 to 8 s. */
    CUT,
    /** A process does not run for 0.1 to 8 s, and goes on. */
    FREEZE,
    /** The process of the first broker is killed, and starts again after 0.1 to 2 s, empty. */
    BROKER
  }

  /**
   * One that has begun.
   *
   * @param victim name of the machine
   */
  record Fault(Kind kind, String victim, double fromMs) {}

  private final SimulatedFleet fleet;
  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

  Faults(SimulatedFleet fleet) {
    this.fleet = fleet;
  }

  Map<Kind, Integer> counts() {
    return counts;
  }

  /** Begins one, and says which. */
  Fault strike() {
    Kind kind = Kind.values()[fleet.time.random().nextInt(Kind.values().length)];
    counts.merge(kind, 1, Integer::sum);
    double fromMs = fleet.time.nowMs();
    if (kind == Kind.BROKER) {
      restartBroker();
      return new Fault(kind, fleet.brokers.get(0).machine().name(), fromMs);
    }
    SimulatedMachine victim = victim();
    strike(kind, victim);
    return new Fault(kind, victim.name(), fromMs);
  }

  private void restartBroker() {
    SimulatedBroker broker = fleet.brokers.get(0);
    if (broker.machine().isUp()) {
      long downNs = fleet.time.between(100, 2_000);
      fleet.history.add("BROKER for " + downNs / VirtualTime.MS + " ms");
      broker.restart(downNs);
    }
  }

  private void strike(Kind kind, SimulatedMachine victim) {
    boolean ends = kind == Kind.CRASH || kind == Kind.POWER;
    long forNs = ends ? fleet.time.between(200, 3_000) : stallNs();
    fleet.history.add(kind + " " + victim.name() + " for " + forNs / VirtualTime.MS + " ms");
    switch (kind) {
      case CRASH -> victim.crash();
      case POWER -> victim.losePower();
      case CUT -> victim.cut();
      case FREEZE -> victim.freeze();
      case BROKER -> throw new IllegalArgumentException("not of a machine");
    }
    fleet.time.after(forNs, () -> recover(kind, victim));
  }

  private void recover(Kind kind, SimulatedMachine victim) {
    fleet.history.add("end of " + kind + " " + victim.name());
    switch (kind) {
      case CRASH, POWER -> victim.start();
      case CUT -> victim.heal();
      case FREEZE -> victim.thaw();
      case BROKER -> throw new IllegalArgumentException("not of a machine");
    }
  }

  /** Often shorter than what the broker notices. */
  private long stallNs() {
    return fleet.time.random().nextBoolean()
        ? fleet.time.between(100, 1_500)
        : fleet.time.between(1_500, 8_000);
  }

  /** Those that matter more often. */
  private SimulatedMachine victim() {
    List<String> names = new ArrayList<>(fleet.machines.keySet());
    fleet
        .leader()
        .ifPresent(
            leader -> {
              names.add(leader.lease().id());
              PlanMessage plan = leader.plans().get(SimulatedFleet.DEPLOYMENT);
              if (plan != null && !plan.standby().isEmpty()) {
                names.add(plan.standby());
                names.add(plan.fuser());
                names.add(plan.fuser());
              }
            });
    return fleet.machines.get(names.get(fleet.time.random().nextInt(names.size())));
  }
}
