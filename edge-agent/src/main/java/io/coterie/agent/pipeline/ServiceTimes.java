package io.coterie.agent.pipeline;

import io.coterie.protocol.bundle.Pipeline;
import java.util.ArrayList;
import java.util.List;

/**
 * What each segment takes on this board (the paper's Gamma). A segment that was not computed yet is
 * taken to need as long per operation as the others (ours). Not thread-safe.
 */
final class ServiceTimes {
  /** Where nothing was computed yet: wrong, but soon replaced. */
  static final double UNKNOWN_MS = 10;

  private final Pipeline pipeline;
  private final List<Average> means = new ArrayList<>();

  ServiceTimes(Pipeline pipeline) {
    this.pipeline = pipeline;
    pipeline.segments().forEach(segment -> means.add(new Average()));
  }

  void add(int segment, double ms) {
    means.get(segment - 1).add(ms);
  }

  /** Mean of a segment, from 1, in milliseconds. */
  double meanMs(int segment) {
    Average mean = means.get(segment - 1);
    return mean.known() ? mean.or(0) : estimateMs(segment);
  }

  private double estimateMs(int segment) {
    double ms = 0;
    double flops = 0;
    for (int k = 1; k <= means.size(); k++) {
      if (means.get(k - 1).known()) {
        ms += means.get(k - 1).or(0);
        flops += pipeline.segment(k).flops();
      }
    }
    return flops > 0 ? ms / flops * pipeline.segment(segment).flops() : UNKNOWN_MS;
  }
}
