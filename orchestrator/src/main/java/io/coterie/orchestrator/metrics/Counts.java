package io.coterie.orchestrator.metrics;

import io.coterie.client.fleet.Cause;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/**
 * What happened since the process began.
 *
 * <p>Thread-safe.
 */
final class Counts {
  /** From a board's inference of a millisecond to the longest deadline anybody sets. */
  private static final double[] LATENCY_SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  private final Counter frames;
  private final Counter exits;
  private final Counter replans;
  private final Histogram latency;

  Counts(PrometheusRegistry registry) {
    frames =
        Counter.builder()
            .name("coterie_frames_total")
            .help("Results, by how the frame ended.")
            .labelNames("deployment", "outcome")
            .register(registry);
    exits =
        Counter.builder()
            .name("coterie_exits_total")
            .help("Answers, by the exit that gave them.")
            .labelNames("deployment", "exit")
            .register(registry);
    replans =
        Counter.builder()
            .name("coterie_replans_total")
            .help("New plans, by what made them necessary.")
            .labelNames("cause")
            .register(registry);
    latency =
        Histogram.builder()
            .name("coterie_result_latency_seconds")
            .help("From a frame's arrival at the fuser to its answer.")
            .labelNames("deployment")
            .classicOnly()
            .classicUpperBounds(LATENCY_SECONDS)
            .register(registry);
    for (Cause cause : Cause.values()) {
      replans.initLabelValues(cause.text());
    }
  }

  /** Shows zeros for a deployment, so that rates begin there. */
  void begin(String deployment) {
    for (Outcome outcome : Outcome.values()) {
      frames.initLabelValues(deployment, text(outcome));
    }
    latency.initLabelValues(deployment);
  }

  void replanned(Cause cause) {
    replans.labelValues(cause.text()).inc();
  }

  void answered(String deployment, Result result) {
    frames.labelValues(deployment, text(result.status())).inc();
    boolean answered = result.status() == Outcome.OK || result.status() == Outcome.DEGRADED;
    if (answered) {
      latency.labelValues(deployment).observe(result.latencyMs() / 1e3);
    }
    if (answered && result.exit() != null) {
      exits.labelValues(deployment, exit(result.exit())).inc();
    }
  }

  /** No network has more exits than that, and a label must not have any value. */
  private static String exit(int number) {
    return number >= 1 && number <= 16 ? Integer.toString(number) : "other";
  }

  private static String text(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
