package io.coterie.cli.watch;

import io.coterie.client.fleet.Fleet;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A line for each board: who it is, what it does, and how it does. */
final class BoardRows {
  private static final int NAME = 16;
  private static final int STATE = 8;
  private static final int QUEUE = 5;
  private static final int MS = 8;
  private static final int LEAST_WORK = 20;

  private BoardRows() {}

  static Section section(View view, int width) {
    FleetView observed = view.observed();
    List<Fleet.Member> members = new ArrayList<>(observed.fleet().members().values());
    long online = members.stream().filter(Fleet.Member::online).count();
    // Those that are away, and those that work, are what people look for.
    members.sort(
        Comparator.comparing(Fleet.Member::online)
            .thenComparing(member -> work(observed, member.id()).isEmpty())
            .thenComparing(Fleet.Member::id));
    int work = Math.max(LEAST_WORK, width - NAME - STATE - QUEUE - MS - 8);
    Line heading =
        new Line()
            .add("BOARDS ", Tone.STRONG)
            .add(online + " online, " + (members.size() - online) + " away", Tone.FAINT);
    Set<String> releases = releases(members);
    if (releases.size() > 1) {
      heading.add(", different releases", Tone.WARN);
    } else {
      releases.forEach(release -> heading.add(", release " + release, Tone.FAINT));
    }
    boolean differ = releases.size() > 1;
    return new Section(
        heading, members.stream().map(member -> row(observed, member, work, differ)).toList());
  }

  private static Set<String> releases(List<Fleet.Member> members) {
    return members.stream()
        .filter(Fleet.Member::online)
        .map(member -> member.capability().orElseThrow().software())
        .collect(Collectors.toSet());
  }

  private static Line row(
      FleetView observed, Fleet.Member member, int workWidth, boolean withRelease) {
    String release =
        member
            .capability()
            .filter(any -> withRelease)
            .map(capability -> capability.software() + "  ")
            .orElse("");
    boolean hub = member.capability().map(Capability::hub).orElse(false);
    Optional<Report> report =
        Optional.ofNullable(observed.reports().get(member.id())).filter(known -> member.online());
    return new Line()
        .add("  ")
        .column(member.id() + (hub ? " (hub)" : ""), NAME, Tone.PLAIN)
        .column(state(member), STATE, member.online() ? Tone.GOOD : Tone.BAD)
        .column(release + work(observed, member.id()), workWidth, Tone.PLAIN)
        .number(report.map(known -> "q " + queued(known)).orElse(""), QUEUE)
        .number(report.flatMap(BoardRows::latency).orElse(""), MS);
  }

  /** What it says of itself, or the broker for it. */
  static String state(Fleet.Member member) {
    if (member.state().isEmpty()) {
      return "gone";
    }
    return switch (member.state().get().state()) {
      case ONLINE -> member.silent() ? "silent" : member.online() ? "online" : "starting";
      case DRAINING -> "drains";
      case STOPPED -> "stopped";
      case OFFLINE -> "lost";
    };
  }

  private static int queued(Report report) {
    return report.queued()
        + report.pipelines().stream().mapToInt(Report.PipelineReport::queued).sum();
  }

  private static Optional<String> latency(Report report) {
    return report.models().stream()
        .filter(model -> model.frames() > 0)
        .map(Report.ModelTime::latencyMs)
        .max(Comparator.naturalOrder())
        .map(ms -> String.format(Locale.ROOT, ms < 100 ? "%.2f ms" : "%.0f ms", ms));
  }

  /** Its roles by the plans, such as {@code porch 0,2 fuses}. */
  static String work(FleetView observed, String agent) {
    List<String> all = new ArrayList<>();
    observed
        .deployments()
        .forEach(
            (name, deployed) ->
                deployed
                    .plan()
                    .map(plan -> work(plan, agent))
                    .filter(work -> !work.isEmpty())
                    .ifPresent(work -> all.add(name + work)));
    return String.join(", ", all);
  }

  private static String work(PlanMessage plan, String agent) {
    boolean pipeline = plan.strategy() == Strategy.MDI_EXIT;
    String parts =
        plan.groups().stream()
            .filter(group -> group.agents().contains(agent))
            .map(group -> Integer.toString(group.partition() + (pipeline ? 1 : 0)))
            .collect(Collectors.joining(","));
    String work = parts.isEmpty() ? "" : " " + parts;
    if (plan.fuser().equals(agent)) {
      return work + (pipeline ? " source" : " fuses");
    }
    return plan.standby().equals(agent) ? work + " stands by" : work;
  }
}
