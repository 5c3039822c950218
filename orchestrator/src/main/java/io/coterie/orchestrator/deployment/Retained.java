package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;

/** What orchestrators have said: an earlier run of this one, or another. */
final class Retained {
  private final Draft draft;

  Retained(Draft draft) {
    this.draft = draft;
  }

  void planHeard(String deployment, PlanMessage plan) {
    draft.seen(plan.term(), plan.epoch());
    PlanMessage known = draft.plans.get(deployment);
    if (draft.phase == Phase.READY) {
      if (plan.term() < draft.term() && !plan.equals(known)) {
        overwritten(deployment, known);
      }
    } else if (known == null || !isOlder(plan, known) || comesBack()) {
      draft.plans.put(deployment, plan);
    }
  }

  /** What the usual leader said before this orchestrator led elsewhere is not old. */
  private boolean comesBack() {
    return draft.errands.stage() == Errands.Stage.BACK;
  }

  private static boolean isOlder(PlanMessage plan, PlanMessage known) {
    return plan.term() < known.term()
        || (plan.term() == known.term() && plan.epoch() < known.epoch());
  }

  /** By a stale leader, or by ourselves a moment ago: the broker must end with what is in force. */
  private void overwritten(String deployment, PlanMessage known) {
    draft.effects.add(
        known == null
            ? new Effect.ClearPlan(deployment)
            : new Effect.PublishPlan(deployment, known));
  }

  void assignmentHeard(String agent, Assignment assignment) {
    draft.seen(assignment.term(), assignment.epoch());
    Assignment known = draft.assignments.get(agent);
    boolean older = known != null && assignment.isOlderThan(known.term(), known.epoch());
    if (draft.phase != Phase.READY) {
      if (!older || comesBack()) {
        draft.assignments.put(agent, assignment);
      }
    } else if (assignment.term() < draft.term() && !assignment.equals(known)) {
      overwritten(agent, assignment, older);
    }
  }

  private void overwritten(String agent, Assignment assignment, boolean older) {
    if (older) {
      draft.effects.add(new Effect.PublishAssignment(agent, draft.assignments.get(agent)));
      return;
    }
    // The agent has taken it from a stale leader.
    draft.log("assignment of a stale leader: agent=%s term=%d", agent, assignment.term());
    draft.assignments.put(agent, assignment);
    draft.replanNow();
  }

  /**
   * An orchestrator has spoken.
   *
   * @param retained whether the broker told of it because we have just subscribed
   */
  void orchestratorHeard(OrchestratorState heard, boolean retained) {
    if (retained && draft.phase == Phase.COLLECTING) {
      draft.brokerRemembers = true;
    }
    new Leadership(draft).input(new LeaseCore.StateHeard(heard));
  }
}
