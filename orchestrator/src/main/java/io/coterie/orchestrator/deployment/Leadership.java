package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.OrchestratorState;
import java.util.List;
import java.util.OptionalLong;

/** Whether this orchestrator leads, and what begins and ends with that. */
final class Leadership {
  private final Draft draft;

  Leadership(Draft draft) {
    this.draft = draft;
  }

  void input(LeaseCore.Input input) {
    LeaseCore.Decision decision = LeaseCore.decide(draft.lease, input, draft.nowNs);
    draft.lease = decision.lease();
    for (LeaseCore.Event event : decision.events()) {
      if (event instanceof LeaseCore.Announce announce) {
        draft.effects.add(new Effect.PublishState(announce.state()));
      } else if (event instanceof LeaseCore.Lost lost) {
        lost(lost.leader());
      } else if (event instanceof LeaseCore.Raised) {
        draft.log("term raised: orchestrator=%s term=%d", draft.id(), draft.term());
        draft.replanWithin(DeploymentCore.SETTLE_NS);
      } else if (event instanceof LeaseCore.Won && draft.phase == Phase.FOLLOWING) {
        takeOver();
      }
    }
  }

  /** What the broker retains is in force and stays so, as far as it still holds. */
  private void takeOver() {
    draft.phase = Phase.READY;
    draft.announceSelf();
    new Wishes(draft).reconcile();
    if (!draft.brokerRemembers) {
      publishAll();
    }
    draft.replanOrExpect();
  }

  /** The last of these may have got lost with the connection; repeats are harmless. */
  void publishAll() {
    draft.assignments.forEach(
        (agent, assignment) -> draft.effects.add(new Effect.PublishAssignment(agent, assignment)));
    draft.plans.forEach((name, plan) -> draft.effects.add(new Effect.PublishPlan(name, plan)));
  }

  private void lost(OrchestratorState leader) {
    if (draft.phase == Phase.READY) {
      draft.phase = Phase.FOLLOWING;
      draft.replanAtNs = OptionalLong.empty();
    }
    draft.log(
        "follows: orchestrator=%s term=%d leader=%s leaderTerm=%d",
        draft.id(), draft.term(), leader.id(), leader.term());
  }

  /** Takes the roles of its own process's agent back, and decides nothing from then on. */
  void leave() {
    if (draft.phase != Phase.READY) {
      return;
    }
    Assignment current = draft.assignments.getOrDefault(draft.id(), Assignment.NONE);
    if (!current.hasRolesOf(Assignment.NONE)) {
      draft.epoch++;
      Assignment nothing = new Assignment(draft.term(), draft.epoch, List.of(), List.of());
      draft.assignments.put(draft.id(), nothing);
      draft.effects.add(new Effect.PublishAssignment(draft.id(), nothing));
    }
    draft.phase = Phase.FOLLOWING;
    draft.replanAtNs = OptionalLong.empty();
    draft.log("leaves: orchestrator=%s term=%d", draft.id(), draft.term());
  }
}
