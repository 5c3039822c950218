package io.coterie.cli.demo;

import io.coterie.protocol.message.DeploymentSpec;
import java.util.Optional;

/**
 * How a demonstration runs.
 *
 * @param rate frames per second
 * @param killEverySeconds 0 for no kills
 * @param wish what is deployed; nothing where a measurement deploys by itself
 * @param unequal whether boards differ in speed
 * @param broker address of another broker, or empty for the hub's own
 */
record DemoOptions(
    int seconds,
    int agents,
    double rate,
    double killEverySeconds,
    Optional<DeploymentSpec> wish,
    long seed,
    boolean unequal,
    String broker,
    boolean keepLogs) {
  /** Slowness of the boards, in turn: no two neighbours are alike. */
  private static final double[] THROTTLES = {1, 2, 1.5, 3, 1, 2.5, 4, 1.2};

  /** How many times slower than this machine board {@code i} is. */
  double throttle(int i) {
    return unequal ? THROTTLES[i % THROTTLES.length] : 1;
  }

  /** For measurements: equal boards, no kills. */
  static DemoOptions undisturbed(int agents) {
    return new DemoOptions(0, agents, 0, 0, Optional.empty(), 0, false, "", false);
  }
}
