package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * What a threshold comes to, measured with all portions there.
 *
 * @param threshold of the policy
 * @param validation accuracy in [0, 1] on held-out training data; what thresholds are chosen by
 * @param test accuracy in [0, 1] on the test data; reported, never used for a choice
 * @param computation mean floating-point operations per frame on the held-out data, as a part of
 *     running to the end; in (0, 1]
 * @param exits part of the held-out frames that leave at each exit; sums to 1
 */
public record OperatingPoint(
    double threshold, double validation, double test, double computation, List<Double> exits) {
  public OperatingPoint {
    Check.fraction(validation, "point.validation");
    Check.fraction(test, "point.test");
    Check.fraction(computation, "point.computation");
    Check.positive(computation, "point.computation");
    exits = Check.list(exits, "point.exits");
    exits.forEach(part -> Check.fraction(part, "point.exits"));
    double sum = exits.stream().mapToDouble(Double::doubleValue).sum();
    if (Math.abs(sum - 1) > 1e-6) {
      throw new IllegalArgumentException("must sum to 1: point.exits=" + exits);
    }
  }

  /** Mean number of the exit that answers, from 1. */
  public double expectedExit() {
    double sum = 0;
    for (int i = 0; i < exits.size(); i++) {
      sum += (i + 1) * exits.get(i);
    }
    return sum;
  }
}
