package io.coterie.orchestrator.learning;

import io.coterie.protocol.json.Check;

/**
 * Long-term level of a measured latency: exponentially weighted mean and variance, after Finch,
 * "Incremental calculation of weighted mean and variance" (2009), which follows West (1979). A
 * sample is a report's mean over its new frames, so the variance is that of reports, not of frames.
 * The constants are ours.
 *
 * @param meanSeconds above 0 once there are reports
 * @param variance of the reports' means, square seconds
 * @param reports samples so far
 */
record Latency(double meanSeconds, double variance, long reports) {
  /** Weight of the newest report: 20 reports, 100 s, are the memory. */
  static final double NEWEST_WEIGHT = 0.05;

  /** Number of standard deviations above the mean at which plans take the latency. */
  static final double UPPER_DEVIATIONS = 1;

  static final Latency UNKNOWN = new Latency(0, 0, 0);

  Latency {
    Check.notNegative(reports, "reports");
    if (reports > 0) {
      Check.positive(meanSeconds, "meanSeconds");
    }
    if (!(variance >= 0) || Double.isInfinite(variance)) {
      throw new IllegalArgumentException("must be a finite number >= 0: variance=" + variance);
    }
  }

  boolean known() {
    return reports > 0;
  }

  /** Takes a sample in; the first {@code 1 / NEWEST_WEIGHT} samples count alike. */
  Latency with(double seconds) {
    double weight = Math.max(NEWEST_WEIGHT, 1.0 / (reports + 1));
    double difference = seconds - meanSeconds;
    double step = weight * difference;
    return new Latency(
        meanSeconds + step, (1 - weight) * (variance + difference * step), reports + 1);
  }

  Latency scaled(double factor) {
    return new Latency(meanSeconds * factor, variance * factor * factor, reports);
  }

  /** Standard deviation as a fraction of the mean; for a known level. */
  double noise() {
    return Math.sqrt(variance) / meanSeconds;
  }

  /**
   * The latency that plans use. A board with varying latency counts as slower than a steady one.
   */
  double upperSeconds() {
    return meanSeconds + UPPER_DEVIATIONS * Math.sqrt(variance);
  }
}
