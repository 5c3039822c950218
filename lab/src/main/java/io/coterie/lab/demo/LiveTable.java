package io.coterie.lab.demo;

import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a person sees while frames are sent: one line per board, then the plan.
 *
 * @param fleet as it is known now
 * @param deployment its name
 */
record LiveTable(FleetView fleet, String deployment) {
  private Optional<PlanMessage> plan() {
    return fleet.deployment(deployment).plan();
  }

  private Optional<Report> report(String board) {
    return Optional.ofNullable(fleet.reports().get(board));
  }

  /**
   * The lines of the table.
   *
   * @param throttles how many times slower each board is, by name
   * @param alive names of the boards whose process runs
   */
  List<String> lines(Map<String, Double> throttles, List<String> alive) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-10s %-9s %-6s %-24s %9s %8s",
            "board", "slowness", "state", "computes", "ms/frame", "frames"));
    throttles.forEach(
        (board, throttle) -> {
          Optional<Report> report = alive.contains(board) ? report(board) : Optional.empty();
          lines.add(
              String.format(
                  Locale.ROOT,
                  "%-10s %-9s %-6s %-24s %9s %8s",
                  board,
                  throttle + "x",
                  alive.contains(board) ? "up" : "KILLED",
                  students(board),
                  report.map(LiveTable::latency).orElse("-"),
                  report.map(LiveTable::frames).orElse("-")));
        });
    plan()
        .ifPresent(
            p ->
                lines.add(
                    p.strategy() == Strategy.MDI_EXIT
                        ? "plan: epoch %d, source %s, standby %s"
                            .formatted(p.epoch(), p.fuser(), p.standby())
                        : "plan: epoch %d, K=%d, fuser %s%s"
                            .formatted(p.epoch(), p.k(), p.fuser(), exits(p))));
    return lines;
  }

  /** Where frames leave early, by the fuser's report; nothing where they do not. */
  private String exits(PlanMessage plan) {
    return report(plan.fuser()).stream()
        .flatMap(report -> report.fused().stream())
        .filter(fused -> fused.deployment().equals(deployment) && fused.exits().size() > 1)
        .map(fused -> ", " + fused.exitsText())
        .findFirst()
        .orElse("");
  }

  private String students(String board) {
    if (plan().filter(p -> p.strategy() == Strategy.MDI_EXIT).isPresent()) {
      return segments(board);
    }
    List<String> students =
        plan().stream()
            .flatMap(p -> p.groups().stream())
            .filter(group -> group.agents().contains(board))
            .map(group -> group.partition() + "/" + group.student())
            .toList();
    return students.isEmpty() ? "-" : String.join(" ", students);
  }

  private String segments(String board) {
    String held =
        plan().orElseThrow().groups().stream()
            .filter(group -> group.agents().contains(board))
            .map(group -> Integer.toString(group.partition() + 1))
            .collect(Collectors.joining(","));
    String queues =
        report(board).stream()
            .flatMap(report -> report.pipelines().stream())
            .filter(piped -> piped.deployment().equals(deployment))
            .map(piped -> ", in %d out %d".formatted(piped.queued(), piped.outgoing()))
            .findFirst()
            .orElse("");
    return held.isEmpty() ? "-" : "segments " + held + queues;
  }

  private static String latency(Report report) {
    double ms = report.models().stream().mapToDouble(Report.ModelTime::latencyMs).sum();
    return String.format(Locale.ROOT, "%.2f", ms);
  }

  private static String frames(Report report) {
    long tasks =
        report.pipelines().stream().flatMap(p -> p.computed().stream()).mapToLong(c -> c).sum();
    return Long.toString(
        tasks + report.models().stream().mapToLong(Report.ModelTime::frames).max().orElse(0));
  }
}
