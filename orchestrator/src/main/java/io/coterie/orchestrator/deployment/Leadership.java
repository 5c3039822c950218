package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.OrchestratorState;
import java.util.List;
import java.util.OptionalLong;

/** Whether this orchestrator leads, and what begins and ends with that. */
final class Leadership {
  private final DecisionBuilder builder;

  Leadership(DecisionBuilder builder) {
    this.builder = builder;
  }

  void input(LeaseCore.Input input) {
    LeaseCore.Decision decision = LeaseCore.decide(builder.lease, input, builder.nowNs);
    builder.lease = decision.lease();
    for (LeaseCore.Event event : decision.events()) {
      if (event instanceof LeaseCore.Announce announce) {
        builder.effects.add(new Effect.PublishState(announce.state()));
      } else if (event instanceof LeaseCore.Lost lost) {
        lost(lost.leader());
      } else if (event instanceof LeaseCore.Raised) {
        builder.log("term raised: orchestrator=%s term=%d", builder.id(), builder.term());
        builder.replanWithin(DeploymentCore.SETTLE_NS);
      } else if (event instanceof LeaseCore.Won && builder.phase == Phase.FOLLOWING) {
        takeOver();
      }
    }
  }

  /** What the broker retains is in force and stays so, as far as it still holds. */
  private void takeOver() {
    builder.phase = Phase.READY;
    builder.announceSelf();
    new SpecEvents(builder).reconcile();
    if (!builder.brokerRemembers) {
      publishAll();
    }
    builder.replanOrExpect();
  }

  /** The last of these may have got lost with the connection; repeats are harmless. */
  void publishAll() {
    builder.assignments.forEach(
        (agent, assignment) ->
            builder.effects.add(new Effect.PublishAssignment(agent, assignment)));
    builder.plans.forEach((name, plan) -> builder.effects.add(new Effect.PublishPlan(name, plan)));
  }

  private void lost(OrchestratorState leader) {
    if (builder.phase == Phase.READY) {
      builder.phase = Phase.FOLLOWING;
      builder.replanAtNs = OptionalLong.empty();
    }
    builder.log(
        "follows: orchestrator=%s term=%d leader=%s leaderTerm=%d",
        builder.id(), builder.term(), leader.id(), leader.term());
  }

  /** Takes the roles of its own process's agent back, and decides nothing from then on. */
  void leave() {
    if (builder.phase != Phase.READY) {
      return;
    }
    Assignment current = builder.assignments.getOrDefault(builder.id(), Assignment.NONE);
    if (!current.hasRolesOf(Assignment.NONE)) {
      builder.epoch++;
      Assignment nothing = new Assignment(builder.term(), builder.epoch, List.of(), List.of());
      builder.assignments.put(builder.id(), nothing);
      builder.effects.add(new Effect.PublishAssignment(builder.id(), nothing));
    }
    builder.phase = Phase.FOLLOWING;
    builder.replanAtNs = OptionalLong.empty();
    builder.log("leaves: orchestrator=%s term=%d", builder.id(), builder.term());
  }
}
