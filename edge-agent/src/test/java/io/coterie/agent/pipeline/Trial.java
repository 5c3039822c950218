package io.coterie.agent.pipeline;

import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;

/** A fleet under a load, and what was seen of its source every 100 ms. */
final class Trial {
  private record Look(double atS, int queue, double threshold, long admitted, long rejected) {}

  private final SimulatedPipeline sim;
  private final int low;
  private final int high;
  private final List<Look> looks = new ArrayList<>();

  Trial(SimulatedPipelineFleet fleet, long seed) {
    low = fleet.rule().queues().low();
    high = fleet.rule().queues().high();
    sim = new SimulatedPipeline(fleet, seed, report -> {});
  }

  SimulatedPipeline sim() {
    return sim;
  }

  void runTo(double untilS) {
    for (double s = sim.nowMs() / 1000 + 0.1; s < untilS + 0.05; s += 0.1) {
      sim.runTo(1000 * s);
      Report.PipelineReport report = sim.source();
      Report.Intake intake = report.source();
      looks.add(
          new Look(
              s,
              report.queued() + report.outgoing(),
              intake.threshold(),
              intake.admitted(),
              intake.rejected()));
    }
  }

  List<Look> between(double fromS, double toS) {
    return looks.stream().filter(look -> look.atS() > fromS && look.atS() <= toS).toList();
  }

  double admittedPerSecond(double fromS, double toS) {
    List<Look> seen = between(fromS, toS);
    long admitted = seen.get(seen.size() - 1).admitted() - seen.get(0).admitted();
    return admitted / (seen.get(seen.size() - 1).atS() - seen.get(0).atS());
  }

  long rejected(double fromS, double toS) {
    List<Look> seen = between(fromS, toS);
    return seen.get(seen.size() - 1).rejected() - seen.get(0).rejected();
  }

  /** Part of the looks at which the queues were in the band. */
  double inBand(double fromS, double toS) {
    return between(fromS, toS).stream()
            .filter(look -> look.queue() >= low && look.queue() <= high)
            .count()
        / (double) between(fromS, toS).size();
  }

  /** When the last second ended, after the first time, whose mean was outside of the band. */
  double settledAfterS(double fromS, double toS) {
    double last = 0;
    for (double s = fromS; s + 1 <= toS + 0.05; s += 0.5) {
      double mean = meanQueue(s, s + 1);
      last = mean < low || mean > high ? s + 1 - fromS : last;
    }
    return last;
  }

  double meanQueue(double fromS, double toS) {
    return between(fromS, toS).stream().mapToInt(Look::queue).average().orElseThrow();
  }

  double meanThreshold(double fromS, double toS) {
    return between(fromS, toS).stream().mapToDouble(Look::threshold).average().orElseThrow();
  }

  int peak(double fromS, double toS) {
    return between(fromS, toS).stream().mapToInt(Look::queue).max().orElseThrow();
  }
}
