package io.coterie.cli.chaos;

import io.coterie.protocol.bundle.Bundle;
import java.util.List;

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
record ChaosOptions(
    long seed,
    double minutes,
    int boards,
    double rate,
    double everySeconds,
    List<Fault> faults,
    Bundle bundle,
    int pictures,
    Bounds bounds) {}
