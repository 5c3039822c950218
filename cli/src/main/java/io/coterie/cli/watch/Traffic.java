package io.coterie.cli.watch;

import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/** The results of one deployment, as they were heard. Not thread-safe. */
final class Traffic {
  static final long RATE_NS = TimeUnit.SECONDS.toNanos(10);
  static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(60);
  private static final int MOST = 4_096;

  private record Sample(long atNs, boolean answered, double latencyMs) {}

  private final long sinceNs;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Deque<Sample> recent = new ArrayDeque<>();

  Traffic(long nowNs) {
    sinceNs = nowNs;
  }

  void answered(Result result, long nowNs) {
    outcomes.merge(result.status(), 1L, Long::sum);
    boolean answered = result.status() == Outcome.OK || result.status() == Outcome.DEGRADED;
    recent.addLast(new Sample(nowNs, answered, result.latencyMs()));
    while (recent.size() > MOST || nowNs - recent.getFirst().atNs() > WINDOW_NS) {
      recent.removeFirst();
    }
  }

  /** Number of results since we listen. */
  long count(Outcome outcome) {
    return outcomes.getOrDefault(outcome, 0L);
  }

  /** Results in the last ten seconds, or since we listen. */
  double perSecond(long nowNs) {
    long overNs = Math.min(RATE_NS, Math.max(TimeUnit.SECONDS.toNanos(1), nowNs - sinceNs));
    long within = recent.stream().filter(sample -> nowNs - sample.atNs() <= overNs).count();
    return within * 1e9 / overNs;
  }

  /**
   * The latency that this part of the last minute's answers did not exceed, in milliseconds; empty
   * where there was none.
   *
   * @param part in (0, 1]
   */
  OptionalDouble latencyMs(double part, long nowNs) {
    double[] latencies =
        recent.stream()
            .filter(sample -> sample.answered() && nowNs - sample.atNs() <= WINDOW_NS)
            .mapToDouble(Sample::latencyMs)
            .sorted()
            .toArray();
    return latencies.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(latencies[(int) Math.ceil(part * latencies.length) - 1]);
  }
}
