package io.coterie.client.doctor;

import io.coterie.client.fleet.Deployed;
import io.coterie.client.fleet.Readiness;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What is wrong with the deployments at a broker. */
final class DeploymentChecks {
  private DeploymentChecks() {}

  static List<Finding> of(FleetFacts facts) {
    if (facts.observed().deployments().isEmpty()) {
      return List.of(
          Finding.warning(
              "deployments",
              "nothing is deployed: every frame is rejected",
              "deploy a bundle: coterie deploy models/zoo/meter-digits"));
    }
    List<Finding> findings = new ArrayList<>();
    facts
        .observed()
        .deployments()
        .forEach(
            (name, deployed) -> {
              if (deployed.spec().map(DeploymentSpec::paused).orElse(false)) {
                findings.add(paused(name));
                return;
              }
              findings.add(plan(facts, name, deployed));
              late(name, deployed).ifPresent(findings::add);
              notLoaded(facts, name, deployed).ifPresent(findings::add);
            });
    failing(facts).ifPresent(findings::add);
    return findings;
  }

  private static Finding paused(String name) {
    return Finding.warning(
        "deployment",
        name + " is paused: its frames expire",
        "switch it on in Home Assistant, or deploy it again: coterie deploy BUNDLE --name " + name);
  }

  private static Finding plan(FleetFacts facts, String name, Deployed deployed) {
    Readiness readiness = deployed.readiness(name, facts.observed().fleet());
    List<String> why = deployed.plan().map(plan -> Reason.texts(plan.reasons())).orElse(List.of());
    String details = why.isEmpty() ? "" : " (" + String.join("; ", why) + ")";
    if (!readiness.ready()) {
      return Finding.problem(
          "deployment",
          String.join("; ", readiness.reasons()) + details,
          deployed.plan().isEmpty()
              ? "see the hub's log why it does not plan ('journalctl -u coterie-hub'), or deploy the"
                  + " bundle again: coterie deploy BUNDLE --name "
                  + name
              : "start the boards that are missing, or ask for less: coterie deploy BUNDLE --name "
                  + name
                  + " --success 0.9; 'coterie plan BUNDLE' shows what would be enough");
    }
    PlanMessage plan = deployed.plan().orElseThrow();
    String found = name + ": plan " + plan.epoch() + " is complete";
    return why.isEmpty()
        ? Finding.ok("deployment", found)
        : Finding.warning(
            "deployment", found + details, "see 'coterie watch', and 'coterie plan BUNDLE'");
  }

  /** Boards that will not be in time, by what the plan assumes of them. */
  private static Optional<Finding> late(String name, Deployed deployed) {
    if (deployed.spec().isEmpty() || deployed.plan().isEmpty()) {
      return Optional.empty();
    }
    long deadlineMs = deployed.spec().map(DeploymentSpec::deadlineMs).orElseThrow();
    SortedSet<String> slow = new TreeSet<>();
    for (PlanMessage.Group group : deployed.plan().get().groups()) {
      for (PlanMessage.Member member : group.members()) {
        if (member.latencyMs() > deadlineMs) {
          slow.add(
              String.format(Locale.ROOT, "%s needs %.0f ms", member.agent(), member.latencyMs()));
        }
      }
    }
    return slow.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.problem(
                "deadline",
                name + ": too slow for " + deadlineMs + " ms: " + String.join(", ", slow),
                "give more time ('coterie deploy BUNDLE --name "
                    + name
                    + " --deadline "
                    + 4 * deadlineMs
                    + "ms'), and see with 'coterie doctor' on the board whether it is hot or"
                    + " throttled"));
  }

  /** Boards that are planned with and report other work: their models did not arrive. */
  private static Optional<Finding> notLoaded(FleetFacts facts, String name, Deployed deployed) {
    if (deployed.plan().isEmpty()) {
      return Optional.empty();
    }
    SortedSet<String> missing = new TreeSet<>();
    PlanMessage plan = deployed.plan().get();
    for (PlanMessage.Group group : plan.groups()) {
      for (String agent : group.agents()) {
        Report report = facts.observed().reports().get(agent);
        if (report != null && !runs(report, name, plan.bundle())) {
          missing.add(agent);
        }
      }
    }
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.problem(
                "models",
                name + ": planned with, but do not run its models: " + String.join(", ", missing),
                "run 'coterie doctor' on these boards (a full disk is usual), and publish the"
                    + " models again: coterie deploy BUNDLE --name "
                    + name));
  }

  private static boolean runs(Report report, String name, String bundle) {
    return report.models().stream().anyMatch(model -> model.bundle().equals(bundle))
        || report.pipelines().stream().anyMatch(piped -> piped.deployment().equals(name));
  }

  private static Optional<Finding> failing(FleetFacts facts) {
    String agents =
        facts.observed().reports().entrySet().stream()
            .filter(
                agent -> agent.getValue().failures() > 0 || agent.getValue().droppedFrames() > 0)
            .map(
                agent ->
                    agent.getKey()
                        + " ("
                        + agent.getValue().failures()
                        + " failures, "
                        + agent.getValue().droppedFrames()
                        + " frames dropped)")
            .collect(Collectors.joining(", "));
    return agents.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.warning(
                "load",
                "since their start: " + agents,
                "publish fewer frames, or add boards: coterie credential invite"));
  }
}
