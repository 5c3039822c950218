package io.coterie.lab.demo;

import io.coterie.protocol.message.Report.Stops;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a run of the demonstration came to; the fields are the JSON's.
 *
 * @param lost frames without a result long after their deadline
 * @param duplicates second results
 * @param accuracy correct ones among the answered frames, 0 to 1
 * @param latencyMs from publishing a frame to receiving its result
 * @param replans plans after the first
 * @param detectionMs from SIGKILL to the board's will
 * @param replanMs from the will to the first plan without the board
 * @param exits answered frames by the exit that answered, from 1
 * @param flopsSavedFraction part of the floating-point operations that boards did not do because
 *     frames were stopped, of those to run every frame they began to the end; 0 to 1
 * @param stops what came of the stops on all boards together
 * @param target how the latency target was kept; absent where there is none
 * @param pipeline how the pipeline ran; absent for other strategies
 */
public record Summary(
    int sent,
    int ok,
    int degraded,
    int expired,
    int rejected,
    int lost,
    int duplicates,
    double accuracy,
    Latency latencyMs,
    int kills,
    long replans,
    Delay detectionMs,
    Delay replanMs,
    Map<Integer, Integer> exits,
    double flopsSavedFraction,
    Stops stops,
    TargetFigures target,
    PipelineFigures pipeline) {
  /** Milliseconds. */
  public record Latency(double p50, double p99) {}

  /** Milliseconds. */
  public record Delay(double p50, double max) {}

  public Summary {
    exits = Collections.unmodifiableMap(new TreeMap<>(exits));
  }

  static Summary of(
      Ledger.Totals totals,
      KillLog kills,
      StageLedger.Totals computed,
      Optional<TargetFigures> target) {
    return new Summary(
        totals.sent(),
        totals.ok(),
        totals.degraded(),
        totals.expired(),
        totals.rejected(),
        totals.open(),
        totals.duplicates() + totals.unknown(),
        totals.accuracy(),
        new Latency(totals.latencyMs().p50(), totals.latencyMs().p99()),
        kills.kills(),
        kills.replans(),
        delay(kills.detectionMs()),
        delay(kills.replanMs()),
        totals.exits(),
        1 - computed.computedFraction(),
        computed.stops(),
        target.orElse(null),
        null);
  }

  /** The same with how the pipeline ran. */
  Summary with(PipelineFigures figures) {
    return new Summary(
        sent,
        ok,
        degraded,
        expired,
        rejected,
        lost,
        duplicates,
        accuracy,
        latencyMs,
        kills,
        replans,
        detectionMs,
        replanMs,
        exits,
        flopsSavedFraction,
        stops,
        target,
        figures);
  }

  private static Delay delay(Percentiles percentiles) {
    return new Delay(percentiles.p50(), percentiles.max());
  }

  /** Whether every frame got exactly one result. */
  public boolean nothingLost() {
    return lost == 0 && duplicates == 0 && sent == ok + degraded + expired + rejected;
  }
}
