package io.coterie.cli.fleet;

import io.coterie.planner.cost.Device;
import io.coterie.planner.pipeline.PipelinePlan;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.DeploymentSpec;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How a pipeline would be placed, for people. */
final class PipelinePreview {
  private PipelinePreview() {}

  /** The plan for boards that do nothing else. */
  static PipelinePlan plan(List<Device> boards, Manifest manifest, DeploymentSpec spec) {
    Pipeline pipeline = ExitPreview.pipeline(manifest, spec);
    return PipelinePlan.of(
        boards, pipeline, spec.exitRule(), spec.pipeline(), spec.deadlineMs() / 1e3, "", "");
  }

  /**
   * Prints a plan.
   *
   * @param memoryBytes by board
   * @return whether the plan is complete
   */
  static boolean show(
      PipelinePlan plan,
      Map<String, Long> memoryBytes,
      Manifest manifest,
      DeploymentSpec spec,
      boolean json) {
    if (json) {
      System.out.println(Json.write(plan));
    } else {
      print(plan, ExitPreview.pipeline(manifest, spec), memoryBytes, System.out);
    }
    ExitPreview.lines(manifest, spec, plan.segments(), List.of())
        .forEach(json ? System.err::println : System.out::println);
    return plan.complete();
  }

  private static void print(
      PipelinePlan plan, Pipeline pipeline, Map<String, Long> memoryBytes, PrintStream out) {
    out.printf(
        "pipeline %s, %d segments, %s, source %s, standby %s%n",
        plan.pipeline(),
        plan.segments(),
        plan.complete() ? "complete" : "incomplete",
        plan.wiring().source().isEmpty() ? "none" : plan.wiring().source(),
        plan.wiring().standby().isEmpty() ? "none" : plan.wiring().standby());
    out.printf(
        "%-20s %-16s %14s %14s  %s%n", "board", "segments", "memory used", "of", "neighbours");
    for (String board : plan.held().keySet()) {
      List<Integer> held = plan.held().get(board);
      long used = held.stream().mapToLong(k -> pipeline.segment(k).memoryBytes()).sum();
      out.printf(
          Locale.ROOT,
          "%-20s %-16s %11.0f KB %11.0f KB  %s%n",
          board,
          held.isEmpty() ? "none" : held,
          used / 1e3,
          memoryBytes.get(board) / 1e3,
          String.join(" ", plan.wiring().neighbours().getOrDefault(board, List.of())));
    }
    out.printf(
        Locale.ROOT,
        "predicted: at most %.0f frames/s, latency %.2f ms on the source alone, success %.4f,"
            + " accuracy %.2f %%%n",
        plan.framesPerSecond(),
        1000 * plan.latencySeconds(),
        plan.success(),
        100 * plan.expectedAccuracy());
    plan.reasons().forEach(reason -> out.println("note: " + reason.text()));
  }
}
