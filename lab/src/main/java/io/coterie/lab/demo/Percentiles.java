package io.coterie.lab.demo;

import java.util.List;

/**
 * Nearest-rank percentiles of measured values; 0 where there are none.
 *
 * @param p50 median
 * @param p99 99th percentile
 * @param max largest value
 */
public record Percentiles(double p50, double p99, double max) {
  /** Of the values, in any order. */
  public static Percentiles of(List<Double> values) {
    if (values.isEmpty()) {
      return new Percentiles(0, 0, 0);
    }
    List<Double> sorted = values.stream().sorted().toList();
    return new Percentiles(at(sorted, 0.50), at(sorted, 0.99), sorted.get(sorted.size() - 1));
  }

  /** Nearest rank; {@code sorted} must rise and not be empty, {@code fraction} is in (0, 1]. */
  static double at(List<Double> sorted, double fraction) {
    return sorted.get(Math.max(0, (int) Math.ceil(fraction * sorted.size()) - 1));
  }
}
