package io.coterie.orchestrator.deployment;

import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.StudentRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A deployment whose boards run students, and a fuser that answers.
 *
 * @param manifest empty while the bundle is not at hand
 * @param fusers agents that answer
 * @param reasons what is missing beside what the plan says
 * @param members what the plan assumes of its boards, by partition
 */
record PlannedStudents(
    String deployment,
    DeploymentSpec spec,
    Optional<Manifest> manifest,
    Plan plan,
    Fusers fusers,
    List<Reason> reasons,
    Map<Integer, List<PlanMessage.Member>> members)
    implements PlannedDeployment {

  @Override
  public long acceptFrom(Optional<PlanMessage> before, long newEpoch) {
    return before
        .filter(this::sameLayout)
        .map(PlanMessage::acceptFrom)
        .filter(epoch -> epoch > 0)
        .orElse(newEpoch);
  }

  @Override
  public List<StudentRole> students(String agent) {
    List<StudentRole> roles = new ArrayList<>();
    for (PlannedPartition partition : plan.partitions()) {
      if (partition.members().contains(agent)) {
        roles.add(
            new StudentRole(
                deployment,
                spec.bundle(),
                spec.strategy(),
                plan.k(),
                partition.partition(),
                partition.student(),
                spec.deadlineMs(),
                spec.portions(),
                spec.exitRule().mode()));
      }
    }
    return roles;
  }

  /** It answers that nothing can run where no board hosts anything. */
  @Override
  public Optional<FuserRole> fuserRole(String agent, long acceptFrom) {
    boolean standby = fusers.standby().equals(agent);
    boolean fuses = standby || fusers.fuser().equals(agent);
    if (!fuses || (plan.k() == 0 && manifest.isEmpty())) {
      return Optional.empty();
    }
    int k =
        plan.k() > 0 ? plan.k() : manifest.orElseThrow().partitionings(spec.strategy()).get(0).k();
    List<Integer> covered = plan.partitions().stream().map(PlannedPartition::partition).toList();
    return Optional.of(
        new FuserRole(
            deployment,
            spec.bundle(),
            spec.strategy(),
            k,
            covered,
            spec.deadlineMs(),
            acceptFrom,
            spec.exitRule(),
            standby,
            fusers.standby().isEmpty() ? 0 : spec.hedgeMs()));
  }

  @Override
  public boolean placedLike(PlanMessage other) {
    return sameLayout(other)
        && Fusers.of(other).equals(fusers)
        && placement(groups()).equals(placement(other.groups()));
  }

  /** Whether portions of the other plan fit this one's. */
  private boolean sameLayout(PlanMessage other) {
    return other.bundle().equals(spec.bundle())
        && other.strategy() == spec.strategy()
        && other.k() == plan.k();
  }

  private static List<Object> placement(List<PlanMessage.Group> groups) {
    List<Object> placement = new ArrayList<>();
    groups.forEach(g -> placement.add(List.of(g.partition(), g.student(), Set.copyOf(g.agents()))));
    return placement;
  }

  @Override
  public PlanMessage message(long term, long epoch, long acceptFrom) {
    List<Reason> all = new ArrayList<>(reasons);
    all.addAll(plan.reasons());
    boolean hosted = plan.verdict() == Verdict.COMPLETE || plan.verdict() == Verdict.BELOW_TARGET;
    return new PlanMessage(
        term,
        epoch,
        spec.bundle(),
        spec.strategy(),
        hosted && !fusers.fuser().isEmpty(),
        plan.k(),
        acceptFrom,
        groups(),
        fusers.fuser(),
        fusers.standby(),
        plan.latencySeconds() * 1e3,
        Math.min(1, Math.max(0, plan.success())),
        Math.min(1, plan.expectedAccuracy()),
        plan.alternatives().stream()
            .map(other -> new PlanMessage.Alternative(other.k(), other.reason()))
            .toList(),
        all);
  }

  private List<PlanMessage.Group> groups() {
    return plan.partitions().stream()
        .map(
            p ->
                new PlanMessage.Group(
                    p.partition(),
                    p.student(),
                    p.members(),
                    p.latencySeconds() * 1e3,
                    p.success(),
                    members.getOrDefault(p.partition(), List.of())))
        .toList();
  }
}
