package io.coterie.cli.demo;

import io.coterie.cli.fleet.PlanTable;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a person sees while frames are sent: one line per board, then the totals. Hears plans and
 * reports on the bus's thread, is drawn on another.
 */
final class LiveTable {
  private final Map<String, Report> reports = new ConcurrentHashMap<>();
  private final String deployment;
  private volatile Optional<PlanMessage> plan = Optional.empty();

  LiveTable(String deployment) {
    this.deployment = deployment;
  }

  void plan(PlanMessage newPlan) {
    plan = Optional.of(newPlan);
  }

  void report(String agent, Report report) {
    reports.put(agent, report);
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
            "board", "slowness", "state", "partition/student", "ms/frame", "frames"));
    throttles.forEach(
        (board, throttle) -> {
          Optional<Report> report =
              alive.contains(board) ? Optional.ofNullable(reports.get(board)) : Optional.empty();
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
    plan.ifPresent(
        p ->
            lines.add(
                "plan: epoch " + p.epoch() + ", K=" + p.k() + ", fuser " + p.fuser() + exits(p)));
    return lines;
  }

  /** Where frames leave early, by the fuser's report; nothing where they do not. */
  private String exits(PlanMessage plan) {
    Report report = reports.get(plan.fuser());
    return report == null
        ? ""
        : report.fused().stream()
            .filter(fused -> fused.deployment().equals(deployment) && fused.exits().size() > 1)
            .map(fused -> ", " + PlanTable.exits(fused))
            .findFirst()
            .orElse("");
  }

  private String students(String board) {
    List<String> students =
        plan.stream()
            .flatMap(p -> p.groups().stream())
            .filter(group -> group.agents().contains(board))
            .map(group -> group.partition() + "/" + group.student())
            .toList();
    return students.isEmpty() ? "-" : String.join(" ", students);
  }

  private static String latency(Report report) {
    double ms = report.models().stream().mapToDouble(Report.ModelTime::latencyMs).sum();
    return String.format(Locale.ROOT, "%.2f", ms);
  }

  private static String frames(Report report) {
    return Long.toString(
        report.models().stream().mapToLong(Report.ModelTime::frames).max().orElse(0));
  }
}
