package io.coterie.cli.watch;

import io.coterie.cli.fleet.RolloutText;
import io.coterie.client.fleet.Cause;
import io.coterie.client.fleet.Deployed;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Rollout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Lines for each deployment: its plan and why, its groups, and its results. */
final class DeploymentRows {
  private DeploymentRows() {}

  static Section section(View view, int width) {
    List<Line> rows = new ArrayList<>();
    view.observed()
        .deployments()
        .forEach(
            (name, deployed) -> {
              rows.add(plan(view, name, deployed));
              rows.add(results(view, name, deployed));
              deployed.plan().ifPresent(plan -> rows.addAll(groups(view, plan, width)));
              deployed.plan().map(PlanMessage::rollout).ifPresent(r -> rows.add(rollout(r)));
              deployed
                  .plan()
                  .map(PlanMessage::reasons)
                  .orElse(List.of())
                  .forEach(
                      reason -> rows.add(new Line().add("    note: " + reason.text(), Tone.WARN)));
            });
    Line heading = new Line().add("DEPLOYMENTS ", Tone.STRONG);
    if (rows.isEmpty()) {
      heading.add("none: deploy one with 'coterie deploy BUNDLE'", Tone.FAINT);
    }
    return new Section(heading, rows);
  }

  private static Line plan(View view, String name, Deployed deployed) {
    Line line = new Line().add("  ").add(name, Tone.STRONG);
    if (deployed.spec().map(DeploymentSpec::paused).orElse(false)) {
      return line.add("  paused", Tone.WARN);
    }
    if (deployed.plan().isEmpty()) {
      return line.add("  no plan yet", Tone.BAD);
    }
    PlanMessage plan = deployed.plan().get();
    boolean pipeline = plan.strategy() == Strategy.MDI_EXIT;
    line.add("  " + plan.strategy().text() + (pipeline ? " segments=" : " K=") + plan.k())
        .add("  epoch " + plan.epoch())
        .add(plan.complete() ? " complete" : " INCOMPLETE", plan.complete() ? Tone.GOOD : Tone.BAD);
    view.cause(name).ifPresent(cause -> line.add(", because " + words(cause), Tone.FAINT));
    return line;
  }

  /** A bundle that failed is among the plan's notes too, with what to do. */
  private static Line rollout(Rollout rollout) {
    boolean failed = rollout.stage() == Rollout.Stage.RETURNED;
    return new Line()
        .add("    roll-out: " + RolloutText.line(rollout), failed ? Tone.BAD : Tone.WARN);
  }

  /** In parentheses where it is away. */
  private static String agent(FleetView observed, String agent) {
    return observed.fleet().isOnline(agent) ? agent : "(" + agent + ")";
  }

  /** Why a plan came. */
  static String words(Cause cause) {
    return switch (cause) {
      case DEPLOYMENT -> "it was deployed";
      case AGENT_LOST -> "a board was lost";
      case AGENT_JOINED -> "a board joined";
      case LEADER -> "another hub leads";
      case MEASUREMENT -> "boards are other than planned";
    };
  }

  private static Line results(View view, String name, Deployed deployed) {
    Traffic traffic = view.traffic(name);
    Line line =
        new Line().add(String.format(Locale.ROOT, "    %.1f/s", traffic.perSecond(view.nowNs())));
    for (Outcome outcome : Outcome.values()) {
      long count = traffic.count(outcome);
      line.add(
          "  " + outcome.name().toLowerCase(Locale.ROOT) + " " + count,
          count == 0 ? Tone.FAINT : outcome == Outcome.OK ? Tone.GOOD : Tone.WARN);
    }
    line.add("  p50 " + ms(traffic.latencyMs(0.5, view.nowNs())))
        .add("  p99 " + ms(traffic.latencyMs(0.99, view.nowNs())));
    exits(view, name, deployed).ifPresent(exits -> line.add("  " + exits, Tone.FAINT));
    return line;
  }

  static String ms(OptionalDouble latency) {
    return latency.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f ms", latency.getAsDouble());
  }

  /** How many frames left at which exit, by the fuser's or the source's last report. */
  private static Optional<String> exits(View view, String name, Deployed deployed) {
    return deployed
        .plan()
        .map(plan -> view.observed().reports().get(plan.fuser()))
        .map(report -> exits(report, name))
        .filter(exits -> exits.size() > 1)
        .map(
            exits ->
                "exits " + exits.stream().map(Object::toString).collect(Collectors.joining("/")));
  }

  private static List<Long> exits(Report report, String name) {
    List<Long> all = new ArrayList<>();
    report.fused().stream()
        .filter(fused -> fused.deployment().equals(name))
        .forEach(fused -> all.addAll(fused.exits()));
    report.pipelines().stream()
        .filter(piped -> piped.deployment().equals(name) && piped.source() != null)
        .forEach(piped -> all.addAll(piped.source().exits()));
    return all;
  }

  /** The groups one after another, in as many lines as they take. */
  private static List<Line> groups(View view, PlanMessage plan, int width) {
    List<Line> lines = new ArrayList<>();
    int first = plan.strategy() == Strategy.MDI_EXIT ? 1 : 0;
    Line line = new Line().add("    " + answering(view.observed(), plan));
    for (PlanMessage.Group group : plan.groups()) {
      String agents =
          group.agents().stream()
              .map(agent -> agent(view.observed(), agent))
              .collect(Collectors.joining(" "));
      boolean alive = group.agents().stream().anyMatch(view.observed().fleet()::isOnline);
      String text = " [" + (group.partition() + first) + ": " + agents + "]";
      if (line.length() + text.length() > width) {
        lines.add(line);
        line = new Line().add("   ");
      }
      line.add(text, alive ? Tone.PLAIN : Tone.BAD);
    }
    lines.add(line);
    return lines;
  }

  private static String answering(FleetView observed, PlanMessage plan) {
    return (plan.strategy() == Strategy.MDI_EXIT ? "source " : "fuser ")
        + (plan.fuser().isEmpty() ? "none" : agent(observed, plan.fuser()))
        + (plan.standby().isEmpty() ? "" : ", standby " + agent(observed, plan.standby()));
  }
}
