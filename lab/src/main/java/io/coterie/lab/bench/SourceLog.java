package io.coterie.lab.bench;

import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.Load;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the source of a pipeline tells of its queues and of what it admits, with the time.
 *
 * <p>Thread-safe.
 */
final class SourceLog {
  private static final long SECOND_NS = 1_000_000_000L;

  private record Sample(long ns, double value) {}

  private final int low;
  private final int high;
  private final List<Sample> queues = new ArrayList<>();
  private final List<Sample> thresholds = new ArrayList<>();
  private Optional<Admitted> admitted = Optional.empty();

  /** For queues that are to stay between two bands. */
  SourceLog(int low, int high) {
    this.low = low;
    this.high = high;
  }

  synchronized void load(String agent, Load load, long nowNs) {
    if (admitted.filter(now -> now.agent().equals(agent)).isPresent()) {
      queues.add(new Sample(nowNs, load.queued() + load.outgoing()));
    }
  }

  synchronized void admitted(Admitted now, long nowNs) {
    admitted = Optional.of(now);
    thresholds.add(new Sample(nowNs, now.threshold()));
  }

  /** Frames per second that are let in; 0 for all, and before anything was told. */
  synchronized double ratePerSecond() {
    return admitted.map(Admitted::ratePerSecond).orElse(0.0);
  }

  /** Part of the samples since a time with queues between the bands; 0 without samples. */
  synchronized double inBand(long sinceNs) {
    List<Sample> since = queues.stream().filter(s -> s.ns() - sinceNs >= 0).toList();
    return since.isEmpty()
        ? 0
        : (double) since.stream().filter(s -> isInBand(s.value())).count() / since.size();
  }

  /**
   * When, in seconds after a load step, the mean over a second came between the bands to stay there
   * until the end; nothing where it did not.
   */
  synchronized OptionalDouble settledSeconds(long stepNs) {
    OptionalDouble settled = OptionalDouble.empty();
    for (Sample sample : queues) {
      if (sample.ns() - stepNs < SECOND_NS) {
        continue;
      }
      double mean =
          queues.stream()
              .filter(s -> s.ns() - sample.ns() <= 0 && sample.ns() - s.ns() < SECOND_NS)
              .mapToDouble(Sample::value)
              .average()
              .orElse(0);
      if (!isInBand(mean)) {
        settled = OptionalDouble.empty();
      } else if (settled.isEmpty()) {
        settled = OptionalDouble.of((sample.ns() - stepNs) / 1e9);
      }
    }
    return settled;
  }

  private boolean isInBand(double queue) {
    return queue >= low && queue <= high;
  }

  /** Mean threshold since a time, each for as long as it was in force. */
  synchronized double threshold(long sinceNs, long untilNs) {
    double sum = 0;
    for (int i = 0; i < thresholds.size(); i++) {
      long fromNs = Math.max(sinceNs, thresholds.get(i).ns());
      long toNs = i + 1 < thresholds.size() ? thresholds.get(i + 1).ns() : untilNs;
      sum += Math.max(0, toNs - fromNs) * thresholds.get(i).value();
    }
    return sum / (untilNs - sinceNs);
  }

  /** Forgets the queues and thresholds but the last of these: another measurement begins. */
  synchronized void begin() {
    queues.clear();
    while (thresholds.size() > 1) {
      thresholds.remove(0);
    }
  }
}
