package io.coterie.lab.demo;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.DeploymentSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How a demonstration runs.
 *
 * @param rate frames per second
 * @param killEverySeconds 0 for no kills
 * @param slowHalfAtSeconds when half of the boards become slow; empty for never
 * @param spec what is deployed; nothing where a measurement deploys by itself
 * @param throttles how many times slower than this machine the boards are, in turn; each >= 1
 * @param broker address of another broker, or empty for the hub's own
 */
public record DemoOptions(
    int seconds,
    int agents,
    double rate,
    double killEverySeconds,
    OptionalDouble slowHalfAtSeconds,
    Optional<DeploymentSpec> spec,
    long seed,
    List<Double> throttles,
    String broker,
    boolean keepLogs) {
  /** Boards of unequal speed: no two neighbours are alike. */
  public static final List<Double> UNEQUAL = List.of(1.0, 2.0, 1.5, 3.0, 1.0, 2.5, 4.0, 1.2);

  public DemoOptions {
    throttles = Check.list(throttles, "throttles");
  }

  /** How many times slower than this machine board {@code i} is. */
  double throttle(int i) {
    return throttles.get(i % throttles.size());
  }

  /** For measurements: equal boards, no kills. */
  static DemoOptions undisturbed(int agents, double throttle) {
    return new DemoOptions(
        0, agents, 0, 0, OptionalDouble.empty(), Optional.empty(), 0, List.of(throttle), "", false);
  }
}
