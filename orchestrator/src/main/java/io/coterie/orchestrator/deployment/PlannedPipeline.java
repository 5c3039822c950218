package io.coterie.orchestrator.deployment;

import io.coterie.planner.pipeline.PipelinePlan;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRole.Neighbour;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A deployment whose boards run segments of a pipeline. In messages, segment s is the group of
 * partition s - 1, and the source is the fuser: it answers.
 *
 * @param source agent that takes the frames in; where no board can, one that refuses them; empty
 *     for none
 * @param reasons what is missing beside what the plan says
 * @param members what the plan assumes of its boards, by board
 */
record PlannedPipeline(
    String deployment,
    DeploymentSpec spec,
    PipelinePlan plan,
    String source,
    List<Reason> reasons,
    Map<String, PlanMessage.Member> members)
    implements PlannedDeployment {

  /** The same with more for a person to know. */
  PlannedPipeline with(List<Reason> more) {
    return more.isEmpty()
        ? this
        : new PlannedPipeline(
            deployment,
            spec,
            plan,
            source,
            Stream.concat(reasons.stream(), more.stream()).toList(),
            members);
  }

  /** There are no portions: tasks name their bundle and pipeline. */
  @Override
  public long acceptFrom(Optional<PlanMessage> before, long newEpoch) {
    return 0;
  }

  @Override
  public Optional<PipelineRole> pipelineRole(String agent) {
    List<Integer> segments = plan.held().getOrDefault(agent, List.of());
    if (segments.isEmpty() && !agent.equals(source)) {
      return Optional.empty();
    }
    return Optional.of(
        new PipelineRole(
            deployment,
            spec.bundle(),
            plan.pipeline(),
            segments,
            source,
            plan.wiring().standby(),
            plan.wiring().neighbours().getOrDefault(agent, List.of()).stream()
                .map(other -> new Neighbour(other, plan.held().get(other)))
                .toList(),
            spec.deadlineMs(),
            spec.exitRule(),
            spec.pipeline()));
  }

  @Override
  public boolean placedLike(PlanMessage other) {
    return other.bundle().equals(spec.bundle())
        && other.strategy() == spec.strategy()
        && other.k() == plan.segments()
        && other.fuser().equals(source)
        && other.standby().equals(plan.wiring().standby())
        && placement(groups()).equals(placement(other.groups()));
  }

  private static List<List<Object>> placement(List<PlanMessage.Group> groups) {
    return groups.stream()
        .map(g -> List.<Object>of(g.partition(), g.student(), List.copyOf(g.agents())))
        .toList();
  }

  @Override
  public PlanMessage message(long term, long epoch, long acceptFrom) {
    List<Reason> all = new ArrayList<>(reasons);
    all.addAll(plan.reasons());
    return new PlanMessage(
        term,
        epoch,
        spec.bundle(),
        spec.strategy(),
        plan.runs(),
        plan.segments(),
        acceptFrom,
        groups(),
        source,
        plan.wiring().standby(),
        plan.latencySeconds() * 1e3,
        plan.success(),
        plan.expectedAccuracy(),
        List.of(),
        all);
  }

  private List<PlanMessage.Group> groups() {
    List<PlanMessage.Group> groups = new ArrayList<>();
    List<List<String>> holders = plan.holders();
    for (int i = 0; i < holders.size(); i++) {
      List<String> agents = holders.get(i);
      double allFail = 1;
      for (String agent : agents) {
        allFail *= members.containsKey(agent) ? members.get(agent).failureProbability() : 1;
      }
      if (!agents.isEmpty()) {
        groups.add(
            new PlanMessage.Group(
                i,
                plan.pipeline(),
                agents,
                0,
                1 - allFail,
                agents.stream().filter(members::containsKey).map(members::get).toList()));
      }
    }
    return groups;
  }
}
