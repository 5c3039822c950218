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

/** How a pipeline would be placed, for people. */
final class PipelinePreview {
  private PipelinePreview() {}

  /**
   * Plans and prints.
   *
   * @return whether the plan is complete
   */
  static boolean show(List<Device> boards, Manifest manifest, DeploymentSpec wish, boolean json) {
    Pipeline pipeline = ExitPreview.pipeline(manifest, wish);
    PipelinePlan plan = PipelinePlan.of(boards, pipeline, wish.exitRule(), wish.pipeline(), "", "");
    if (json) {
      System.out.println(Json.write(plan));
    } else {
      print(plan, pipeline, boards, System.out);
    }
    ExitPreview.lines(manifest, wish, plan.segments(), List.of())
        .forEach(json ? System.err::println : System.out::println);
    return plan.complete();
  }

  private static void print(
      PipelinePlan plan, Pipeline pipeline, List<Device> boards, PrintStream out) {
    out.printf(
        "pipeline %s, %d segments, %s, source %s, standby %s%n",
        plan.pipeline(),
        plan.segments(),
        plan.complete() ? "complete" : "incomplete",
        plan.wiring().source().isEmpty() ? "none" : plan.wiring().source(),
        plan.wiring().standby().isEmpty() ? "none" : plan.wiring().standby());
    out.printf(
        "%-20s %-16s %14s %14s  %s%n", "board", "segments", "memory used", "of", "neighbours");
    for (Device board : boards) {
      List<Integer> held = plan.held().get(board.id());
      long used = held.stream().mapToLong(k -> pipeline.segment(k).memoryBytes()).sum();
      out.printf(
          Locale.ROOT,
          "%-20s %-16s %11.0f KB %11.0f KB  %s%n",
          board.id(),
          held.isEmpty() ? "none" : held,
          used / 1e3,
          board.memoryBytes() / 1e3,
          String.join(" ", plan.wiring().neighbours().getOrDefault(board.id(), List.of())));
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
