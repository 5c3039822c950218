package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
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
    if (!draft.announced && (known == null || known.epoch() <= plan.epoch())) {
      draft.plans.put(deployment, plan);
    }
  }

  void assignmentHeard(String agent, Assignment assignment) {
    draft.seen(assignment.term(), assignment.epoch());
    Assignment known = draft.assignments.get(agent);
    if (!draft.announced && (known == null || known.epoch() <= assignment.epoch())) {
      draft.assignments.put(agent, assignment);
    }
  }

  void orchestratorHeard(OrchestratorState heard) {
    boolean mine = heard.id().equals(draft.id);
    if (mine && draft.phase == Phase.COLLECTING) {
      draft.brokerRemembers = true;
    }
    if (mine && draft.phase == Phase.READY && heard.state() != Availability.ONLINE) {
      // The will of an earlier connection came late.
      draft.announceSelf();
    }
    if (!mine && heard.state() == Availability.ONLINE) {
      draft.log(
          "another orchestrator is online: id=%s term=%d mine=%d",
          heard.id(), heard.term(), draft.term);
    }
    draft.seen(heard.term(), 0);
  }
}
