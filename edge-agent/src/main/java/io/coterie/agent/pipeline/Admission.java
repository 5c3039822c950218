package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.PipelineRule.Queues;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the source lets in and at which threshold frames leave: either the rate or the threshold
 * gives way. Not thread-safe.
 */
final class Admission {
  private final Queues queues;
  private final long deadlineMs;
  private final boolean byRate;
  private final Throughput throughput;
  private final AdmittedRate rate;
  private final AdmittedThreshold threshold;
  private long periodNs;
  private long admitted;
  private long completed;

  /**
   * Begins a period.
   *
   * @param before what the source before this one let in
   */
  Admission(Pipeline pipeline, PipelineRole role, Optional<Admitted> before, long nowNs) {
    queues = role.rule().queues();
    deadlineMs = role.deadlineMs();
    byRate = role.rule().admission() == PipelineRule.Admission.RATE;
    throughput = new Throughput(before.map(Admitted::ratePerSecond).orElse(0.0));
    rate = new AdmittedRate(queues);
    ExitCurve curve = ExitCurve.of(pipeline, role.exitRule());
    double start = byRate ? curve.upper() : before.map(Admitted::threshold).orElse(curve.upper());
    threshold = new AdmittedThreshold(curve, start);
    periodNs = nowNs;
  }

  /** Admits a frame, or says in how many milliseconds there will be room for one. */
  OptionalLong take(int queue, long nowNs) {
    OptionalLong refused =
        byRate ? rate.take(band(), throughput.perSecond(), queue, nowNs) : OptionalLong.empty();
    admitted += refused.isEmpty() ? 1 : 0;
    return refused;
  }

  void completed() {
    completed++;
    throughput.completed();
  }

  /** The queues changed. */
  void observe(int queue, long nowNs) {
    throughput.observe(queue >= band().low() / 2, nowNs);
  }

  /** Ends a period and begins the next. */
  void adapt(int queue, long nowNs) {
    throughput.sample(nowNs);
    double seconds = (nowNs - periodNs) / 1e9;
    if (!byRate && seconds > 0) {
      threshold.adapt(queues, band(), queue, admitted, completed, seconds);
    }
    periodNs = nowNs;
    admitted = 0;
    completed = 0;
  }

  /** Frames per second that are admitted; 0 for all. */
  double perSecond(int queue) {
    return byRate ? rate.perSecond(band(), throughput.perSecond(), queue) : 0;
  }

  double threshold() {
    return threshold.threshold();
  }

  private Band band() {
    return Band.of(queues, throughput.perSecond(), deadlineMs);
  }
}
