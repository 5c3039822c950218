package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.ExitRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What thresholds cost: from threshold 0, which runs every frame to its end, to the largest one
 * that is allowed (ours). Straight between the bundle's operating points.
 *
 * @param points by rising threshold and falling computation; the first is threshold 0
 */
record ExitCurve(List<Point> points) {
  /**
   * A point of the curve.
   *
   * @param computation mean per frame, as a part of running to the end
   */
  record Point(double threshold, double computation) {}

  ExitCurve {
    points = List.copyOf(points);
  }

  /**
   * The curve of a pipeline up to a fixed threshold or, without one, to the cheapest operating
   * point within the accuracy budget. Only threshold 0 where the bundle says nothing of the policy.
   */
  static ExitCurve of(Pipeline pipeline, ExitRule rule) {
    ExitPolicy policy = rule.policy();
    Optional<ExitTable> table = policy.comparesExits() ? Optional.empty() : pipeline.table(policy);
    double upper =
        rule.threshold() != null
            ? rule.threshold()
            : table.map(t -> t.cheapest(rule.maxAccuracyLoss()).threshold()).orElse(0.0);
    List<Point> all = falling(table.map(ExitTable::points).orElse(List.of()));
    double leastOfAll = (double) pipeline.flopsTo(1) / pipeline.flopsTo(pipeline.exits());
    Point last = all.get(all.size() - 1);
    if (last.threshold() < policy.largestThreshold()) {
      double least = Math.min(leastOfAll, last.computation());
      all.add(new Point(policy.largestThreshold(), least));
    }
    return new ExitCurve(all).upTo(upper);
  }

  private static List<Point> falling(List<OperatingPoint> measured) {
    List<Point> points = new ArrayList<>(List.of(new Point(0, 1)));
    for (OperatingPoint point : measured) {
      if (point.computation() < points.get(points.size() - 1).computation()) {
        points.add(new Point(point.threshold(), point.computation()));
      }
    }
    return points;
  }

  private ExitCurve upTo(double upper) {
    List<Point> kept =
        new ArrayList<>(points.stream().filter(point -> point.threshold() < upper).toList());
    kept.add(new Point(upper, computationAt(upper)));
    return new ExitCurve(kept);
  }

  /** The largest threshold that is allowed. */
  double upper() {
    return points.get(points.size() - 1).threshold();
  }

  /** What the largest threshold costs: nothing is cheaper. */
  double least() {
    return points.get(points.size() - 1).computation();
  }

  double computationAt(double threshold) {
    for (int i = 1; i < points.size(); i++) {
      Point a = points.get(i - 1);
      Point b = points.get(i);
      if (threshold <= b.threshold()) {
        double part = (threshold - a.threshold()) / (b.threshold() - a.threshold());
        return a.computation() + part * (b.computation() - a.computation());
      }
    }
    return least();
  }

  /** The threshold at which a frame costs so much on average; between 0 and the upper one. */
  double thresholdAt(double computation) {
    for (int i = 1; i < points.size(); i++) {
      Point a = points.get(i - 1);
      Point b = points.get(i);
      if (computation >= b.computation()) {
        double width = a.computation() - b.computation();
        double part = width > 0 ? (a.computation() - computation) / width : 1;
        return a.threshold() + Math.max(0, part) * (b.threshold() - a.threshold());
      }
    }
    return upper();
  }
}
