package io.coterie.agent.pipeline;

/** A mean in which the newest values count most. Not thread-safe. */
final class Average {
  private static final double WEIGHT = 0.2;

  private double value;
  private long count;

  /** Adds a value; those that are no finite number >= 0 are ignored. */
  void add(double next) {
    if (!(next >= 0) || Double.isInfinite(next)) {
      return;
    }
    count++;
    // The first values count alike: one slow start must not be remembered for long.
    value += Math.max(WEIGHT, 1.0 / count) * (next - value);
  }

  boolean known() {
    return count > 0;
  }

  double or(double unknown) {
    return known() ? value : unknown;
  }
}
