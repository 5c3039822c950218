package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.learning.Learnt;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.InForce;
import io.coterie.planner.placement.InForce.Placement;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a plan takes its boards for, so that people can see it.
 *
 * @param strategy that the plan is for
 * @param plan that is in force, or is to be
 * @param boards that the plan chose from
 */
record Assumptions(Strategy strategy, InForce plan, List<Device> boards, CostModel costs) {
  /** Noise moves a level less than this; ours. */
  private static final double CLEARLY = 1.5;

  /** What is assumed of every member, by partition and in the plan's order. */
  Map<Integer, List<PlanMessage.Member>> members(Manifest manifest) {
    Map<Integer, List<PlanMessage.Member>> members = new HashMap<>();
    for (Placement planned : plan.placements()) {
      Partitioning partitioning = manifest.partitioning(strategy, plan.k()).orElseThrow();
      members.put(
          planned.partition(),
          boards.stream()
              .filter(device -> planned.members().contains(device.id()))
              .sorted(
                  (a, b) -> planned.members().indexOf(a.id()) - planned.members().indexOf(b.id()))
              .map(device -> member(device, planned, partitioning))
              .toList());
    }
    return members;
  }

  private PlanMessage.Member member(Device device, Placement planned, Partitioning partitioning) {
    double seconds =
        plan.placements().stream()
            .filter(other -> other.members().contains(device.id()))
            .mapToDouble(other -> portionSeconds(device, other, partitioning))
            .sum();
    boolean measured =
        costs.measuredSeconds().containsKey(new Measurement(device.id(), planned.modelSha256()));
    return new PlanMessage.Member(
        device.id(), seconds * 1e3, measured, device.failureProbability());
  }

  private double portionSeconds(Device device, Placement planned, Partitioning all) {
    Partition partition = all.partitions().get(planned.partition());
    return partition.students().stream()
        .filter(student -> student.digest().equals(planned.modelSha256()))
        .mapToDouble(student -> costs.portionSeconds(device, partition, student))
        .findFirst()
        .orElse(0);
  }

  /**
   * Whether a plan in force took one of its boards for clearly other than what it has measured
   * since, or for one that is in time and is not.
   */
  boolean contradict(PlanMessage message, DeploymentSpec spec, Manifest manifest, Learnt learnt) {
    Map<Integer, List<PlanMessage.Member>> now = members(manifest);
    for (Placement planned : plan.placements()) {
      for (PlanMessage.Member member : now.get(planned.partition())) {
        if (learnt.isSettled(member.agent(), planned.modelSha256())
            && contradicts(message, spec.deadlineMs(), planned.partition(), member)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean contradicts(
      PlanMessage message, long deadlineMs, int partition, PlanMessage.Member now) {
    return message.groups().stream()
        .filter(group -> group.partition() == partition)
        .flatMap(group -> group.members().stream())
        .filter(then -> then.agent().equals(now.agent()))
        .anyMatch(then -> isTooLate(then, now, deadlineMs) || isOther(then, now));
  }

  private static boolean isTooLate(
      PlanMessage.Member then, PlanMessage.Member now, long deadlineMs) {
    return then.latencyMs() <= deadlineMs && now.latencyMs() > deadlineMs;
  }

  private static boolean isOther(PlanMessage.Member then, PlanMessage.Member now) {
    double change = now.latencyMs() / then.latencyMs();
    return then.measured() && (change > CLEARLY || change < 1 / CLEARLY);
  }

  /** A sentence for every board that has become slow. */
  List<Reason> slowBoards(Learnt learnt) {
    return boards.stream()
        .filter(device -> learnt.slowness(device.id()) > 1)
        .map(
            device ->
                Reason.ofAgent(
                    Reason.Code.BOARD_SLOW,
                    device.id(),
                    slow(device.id(), learnt.slowness(device.id()))))
        .toList();
  }

  private String slow(String id, double slowness) {
    boolean used = plan.placements().stream().anyMatch(p -> p.members().contains(id));
    return String.format(
        Locale.ROOT,
        "%s runs %.1f times slower than usual%s: check its cooling, its power supply and what else"
            + " it runs",
        id,
        slowness,
        used ? "" : " and is left out");
  }

  /** What a plan in force assumes of those of its boards that are there. */
  static Map<Integer, List<PlanMessage.Member>> carriedOn(PlanMessage before, Set<String> there) {
    Map<Integer, List<PlanMessage.Member>> members = new HashMap<>();
    for (PlanMessage.Group group : before.groups()) {
      members.put(
          group.partition(),
          group.members().stream().filter(member -> there.contains(member.agent())).toList());
    }
    return members;
  }
}
