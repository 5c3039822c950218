package io.coterie.lab.demo;

import io.coterie.lab.demo.PipelineFigures.Queue;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Report.PipelineReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What all boards did for one deployment's pipeline, from their reports and what they tell each
 * other. Reports count from the beginning of a role: where it begins anew, what was counted before
 * is kept. What a board did between its last report and its end is in no report and not here.
 *
 * <p>Thread-safe.
 */
final class PipelineLedger {
  private final String deployment;
  private final Map<String, PipelineReport> running = new HashMap<>();
  private final List<Integer> queued = new ArrayList<>();
  private final List<Integer> outgoing = new ArrayList<>();
  private Optional<Admitted> admitted = Optional.empty();
  private long offloads;
  private long reoffered;
  private long handedBack;

  PipelineLedger(String deployment) {
    this.deployment = deployment;
  }

  /** A board reported. */
  synchronized void report(String agent, Report report) {
    for (PipelineReport now : report.pipelines()) {
      if (now.deployment().equals(deployment)) {
        PipelineReport before = running.put(agent, now);
        if (before != null && isAnew(before, now)) {
          add(before);
        }
      }
    }
  }

  private static boolean isAnew(PipelineReport before, PipelineReport now) {
    long computedBefore = before.computed().stream().mapToLong(c -> c).sum();
    long computedNow = now.computed().stream().mapToLong(c -> c).sum();
    return computedNow < computedBefore || now.offloaded() < before.offloaded();
  }

  private void add(PipelineReport ended) {
    offloads += ended.offloaded();
    reoffered += ended.reoffered();
    handedBack += ended.refused();
  }

  /** A board told how long its queues are. */
  synchronized void load(Load load) {
    if (load.deployment().equals(deployment)) {
      queued.add(load.queued());
      outgoing.add(load.outgoing());
    }
  }

  /** The source told what it admits. */
  synchronized void admitted(Admitted now) {
    admitted = Optional.of(now);
  }

  synchronized PipelineFigures figures() {
    long[] sums = {offloads, reoffered, handedBack};
    for (PipelineReport piped : running.values()) {
      sums[0] += piped.offloaded();
      sums[1] += piped.reoffered();
      sums[2] += piped.refused();
    }
    return new PipelineFigures(
        admitted.map(Admitted::ratePerSecond).orElse(0.0),
        admitted.map(Admitted::threshold).orElse(0.0),
        sums[0],
        sums[1],
        sums[2],
        queue(queued),
        queue(outgoing));
  }

  private static Queue queue(List<Integer> lengths) {
    return new Queue(
        lengths.stream().mapToInt(i -> i).average().orElse(0),
        lengths.stream().mapToInt(i -> i).max().orElse(0));
  }
}
