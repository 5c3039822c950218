package io.coterie.lab.demo;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * How a latency target was kept, before and after half of the boards became slow. A frame without
 * an answer counts as later than any other. Fields are absent where there is nothing to tell:
 * before and after where no board became slow, a percentile also where more than 5 % of its frames
 * have no answer (then {@code within} tells how many came in time).
 *
 * @param p95Ms of all frames
 * @param p95BeforeMs of the frames sent in the 5 s before the slowdown
 * @param p95AfterMs of the frames sent from 5 s after it to the end
 * @param recoveredAfterSeconds see {@link Recovery}; absent where the fleet did not recover
 * @param accuracyBefore correct ones among the answered of the frames before, 0 to 1
 * @param withinBefore part of the frames before that were answered within the target, 0 to 1
 */
public record TargetFigures(
    double latencyTargetMs,
    Double p95Ms,
    Double p95BeforeMs,
    Double p95AfterMs,
    Double recoveredAfterSeconds,
    Double accuracyBefore,
    Double accuracyAfter,
    Double withinBefore,
    Double withinAfter) {
  private static final long MARGIN_NS = 5_000_000_000L;

  /**
   * The figures of a run.
   *
   * @param frames by rising send time
   * @param slowedNs when boards became slow; empty where none did
   */
  static TargetFigures of(List<FrameTrace> frames, double targetMs, OptionalLong slowedNs) {
    if (slowedNs.isEmpty()) {
      return new TargetFigures(targetMs, p95(frames), null, null, null, null, null, null, null);
    }
    long ns = slowedNs.getAsLong();
    List<FrameTrace> before =
        frames.stream().filter(f -> f.sentNs() - ns < 0 && f.sentNs() - ns >= -MARGIN_NS).toList();
    List<FrameTrace> after = frames.stream().filter(f -> f.sentNs() - ns >= MARGIN_NS).toList();
    OptionalDouble recovered = Recovery.seconds(frames, targetMs, ns);
    return new TargetFigures(
        targetMs,
        p95(frames),
        p95(before),
        p95(after),
        recovered.isPresent() ? recovered.getAsDouble() : null,
        part(before, FrameTrace::answered, FrameTrace::correct),
        part(after, FrameTrace::answered, FrameTrace::correct),
        part(before, f -> true, f -> f.latencyMs() <= targetMs),
        part(after, f -> true, f -> f.latencyMs() <= targetMs));
  }

  private static Double p95(List<FrameTrace> frames) {
    List<Double> sorted = frames.stream().map(FrameTrace::latencyMs).sorted().toList();
    if (sorted.isEmpty()) {
      return null;
    }
    double ms = Percentiles.at(sorted, Recovery.FRACTION);
    return Double.isInfinite(ms) ? null : ms;
  }

  private static Double part(
      List<FrameTrace> frames, Predicate<FrameTrace> counted, Predicate<FrameTrace> good) {
    List<FrameTrace> all = frames.stream().filter(counted).toList();
    return all.isEmpty() ? null : (double) all.stream().filter(good).count() / all.size();
  }
}
