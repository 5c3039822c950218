package io.coterie.planner.preview;

import io.coterie.planner.pipeline.PipelinePlan;
import io.coterie.protocol.bundle.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a pipeline would be placed, for people. */
public final class PipelinePreview {
  private PipelinePreview() {}

  /**
   * The plan's lines.
   *
   * @param memoryBytes by board
   */
  public static List<String> lines(
      PipelinePlan plan, Pipeline pipeline, Map<String, Long> memoryBytes) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "pipeline %s, %d segments, %s, source %s, standby %s",
            plan.pipeline(),
            plan.segments(),
            plan.complete() ? "complete" : "incomplete",
            plan.wiring().source().isEmpty() ? "none" : plan.wiring().source(),
            plan.wiring().standby().isEmpty() ? "none" : plan.wiring().standby()));
    lines.add(
        String.format(
            "%-20s %-16s %14s %14s  %s", "board", "segments", "memory used", "of", "neighbours"));
    for (String board : plan.held().keySet()) {
      List<Integer> held = plan.held().get(board);
      long used = held.stream().mapToLong(k -> pipeline.segment(k).memoryBytes()).sum();
      lines.add(
          String.format(
              Locale.ROOT,
              "%-20s %-16s %11.0f KB %11.0f KB  %s",
              board,
              held.isEmpty() ? "none" : held,
              used / 1e3,
              memoryBytes.get(board) / 1e3,
              String.join(" ", plan.wiring().neighbours().getOrDefault(board, List.of()))));
    }
    lines.add(
        String.format(
            Locale.ROOT,
            "predicted: at most %.0f frames/s, latency %.2f ms on the source alone, success %.4f,"
                + " accuracy %.2f %%",
            plan.framesPerSecond(),
            1000 * plan.latencySeconds(),
            plan.success(),
            100 * plan.expectedAccuracy()));
    plan.reasons().forEach(reason -> lines.add("note: " + reason.text()));
    return lines;
  }
}
