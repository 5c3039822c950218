package io.coterie.lab.chaos;

import io.coterie.lab.LabException;
import io.coterie.protocol.bundle.Bundle;
import java.util.List;
import java.util.Set;

/**
 * How faults are injected.
 *
 * @param seed decides which faults come when, and to which board
 * @param minutes how long
 * @param boards number of agents that compute, beside the fuser's and the standby hub's
 * @param rate frames per second
 * @param everySeconds from one fault to the next; later where the fleet is not whole yet
 * @param faults what there is to choose from
 * @param pictures number of different frames
 * @param bounds what is deployed with
 */
public record ChaosOptions(
    long seed,
    double minutes,
    int boards,
    double rate,
    double everySeconds,
    List<Fault> faults,
    Bundle bundle,
    int pictures,
    Bounds bounds) {
  /**
   * The faults of the catalogue that this machine can do.
   *
   * @param actions only these; none for all
   * @param targets only to these; none for all
   * @throws LabException if none is left
   */
  public static List<Fault> faults(Set<Fault.Action> actions, Set<Fault.Target> targets) {
    List<Fault> faults =
        Injector.possible(actions).stream()
            .filter(fault -> targets.isEmpty() || targets.contains(fault.target()))
            .toList();
    if (faults.isEmpty()) {
      throw new LabException(
          "no fault is left: " + actions + " on " + targets + " " + Injector.impossible());
    }
    return faults;
  }
}
