package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;

/** What orchestrators have said: an earlier run of this one, or another. */
final class Retained {
  private final Draft draft;

  Retained(Draft draft) {
    this.draft = draft;
  }

  void planHeard(String deployment, PlanMessage plan) {
    brokerRemembers();
    draft.seen(plan.term(), plan.epoch());
    PlanMessage known = draft.plans.get(deployment);
    if (draft.phase == Phase.READY) {
      if (plan.term() < draft.term() && !plan.equals(known)) {
        overwritten(deployment, known);
      }
    } else if (known == null || !isOlder(plan, known) || followsOthers()) {
      draft.plans.put(deployment, plan);
      rememberWhatRuns(deployment, plan);
      new Wishes(draft).fetchFor(plan);
    }
  }

  /** A plan that another leader made for the wish that is known here runs that wish. */
  private void rememberWhatRuns(String deployment, PlanMessage plan) {
    DeploymentSpec wish = draft.specs.get(deployment);
    boolean told = !plan.generation().isEmpty() && plan.rollout() == null;
    if (wish != null && told && plan.answers(wish)) {
      draft.running.put(deployment, wish);
    }
  }

  /**
   * Who leads tells a broker that forgot what users want, and then what is to be done. Why not take
   * a claim for a sign of memory: who claimed may be lost before it has told anything.
   */
  private void brokerRemembers() {
    if (!draft.brokerRemembers) {
      draft.brokerRemembers = true;
      if (draft.phase == Phase.FOLLOWING) {
        new Wishes(draft).forgetRemoved();
      }
    }
  }

  private static boolean isOlder(PlanMessage plan, PlanMessage known) {
    return plan.term() < known.term()
        || (plan.term() == known.term() && plan.epoch() < known.epoch());
  }

  /**
   * Whether what stands at the broker is in force, whatever is known: so it is where another leads,
   * who may never have heard of anything newer, from before a broker that forgot; and where this
   * orchestrator comes back from a broker of its own.
   */
  private boolean followsOthers() {
    return draft.lease.leader().isPresent() || draft.errands.stage() == Errands.Stage.BACK;
  }

  /** By a stale leader, or by ourselves a moment ago: the broker must end with what is in force. */
  private void overwritten(String deployment, PlanMessage known) {
    draft.effects.add(
        known == null
            ? new Effect.ClearPlan(deployment)
            : new Effect.PublishPlan(deployment, known));
  }

  void assignmentHeard(String agent, Assignment assignment) {
    brokerRemembers();
    draft.seen(assignment.term(), assignment.epoch());
    Assignment known = draft.assignments.get(agent);
    boolean older = known != null && assignment.isOlderThan(known.term(), known.epoch());
    if (draft.phase != Phase.READY) {
      if (!older || followsOthers()) {
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

  /** An orchestrator has spoken. */
  void orchestratorHeard(OrchestratorState heard) {
    new Leadership(draft).input(new LeaseCore.StateHeard(heard));
  }
}
