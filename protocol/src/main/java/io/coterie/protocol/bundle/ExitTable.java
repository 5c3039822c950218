package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.Comparator;
import java.util.List;

/**
 * The quality of service that a policy offers with one student in every partition.
 *
 * @param student name of the student
 * @param points by rising threshold; the first runs every frame to the end
 */
public record ExitTable(ExitPolicy policy, String student, List<OperatingPoint> points) {
  public ExitTable {
    Check.present(policy, "exits.policy");
    Check.text(student, "exits.student");
    points = Check.list(points, "exits.points");
    if (points.isEmpty() || points.get(0).threshold() != 0) {
      throw new IllegalArgumentException(
          "must begin with threshold 0: points of " + policy + ", " + student);
    }
    for (int i = 0; i < points.size(); i++) {
      policy.checkThreshold(points.get(i).threshold());
      if (i > 0 && points.get(i).threshold() <= points.get(i - 1).threshold()) {
        throw new IllegalArgumentException(
            "thresholds must rise: points of " + policy + ", " + student);
      }
    }
  }

  /** What running every frame to the end comes to. */
  public OperatingPoint toTheEnd() {
    return points.get(0);
  }

  /**
   * The points that lose no more accuracy on held-out data than the budget, by rising threshold;
   * never empty.
   *
   * @param budget in [0, 1]
   */
  public List<OperatingPoint> within(double budget) {
    double least = toTheEnd().validation() - budget - 1e-9;
    return points.stream().filter(point -> point.validation() >= least).toList();
  }

  /**
   * Of the points within a budget, the one that computes least.
   *
   * @param budget in [0, 1]
   */
  public OperatingPoint cheapest(double budget) {
    return within(budget).stream()
        .min(Comparator.comparingDouble(OperatingPoint::computation))
        .orElseThrow();
  }

  /** The last point that was measured at or below a threshold, >= 0. */
  public OperatingPoint atOrBelow(double threshold) {
    return points.stream()
        .filter(point -> point.threshold() <= threshold)
        .reduce((first, second) -> second)
        .orElseThrow();
  }
}
