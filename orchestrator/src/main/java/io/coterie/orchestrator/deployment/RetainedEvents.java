package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;

/** What orchestrators have said: an earlier run of this one, or another. */
final class RetainedEvents {
  private final DecisionBuilder builder;

  RetainedEvents(DecisionBuilder builder) {
    this.builder = builder;
  }

  void planHeard(String deployment, PlanMessage plan) {
    brokerRemembers();
    builder.seen(plan.term(), plan.epoch());
    PlanMessage known = builder.plans.get(deployment);
    if (builder.phase == Phase.READY) {
      if (plan.term() < builder.term() && !plan.equals(known)) {
        overwritten(deployment, known);
      }
    } else if (known == null || !isOlder(plan, known) || followsOthers()) {
      builder.plans.put(deployment, plan);
      new SpecEvents(builder).fetchFor(plan);
    }
  }

  /**
   * Who leads tells a broker that forgot what users want, and then what is to be done. Why not take
   * a claim for a sign of memory: who claimed may be lost before it has told anything.
   */
  private void brokerRemembers() {
    if (!builder.brokerRemembers) {
      builder.brokerRemembers = true;
      if (builder.phase == Phase.FOLLOWING) {
        new SpecEvents(builder).forgetRemoved();
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
    return builder.lease.leader().isPresent()
        || builder.handover.stage() == SpecHandover.Stage.BACK;
  }

  /** By a stale leader, or by ourselves a moment ago: the broker must end with what is in force. */
  private void overwritten(String deployment, PlanMessage known) {
    builder.effects.add(
        known == null
            ? new Effect.ClearPlan(deployment)
            : new Effect.PublishPlan(deployment, known));
  }

  void assignmentHeard(String agent, Assignment assignment) {
    brokerRemembers();
    builder.seen(assignment.term(), assignment.epoch());
    Assignment known = builder.assignments.get(agent);
    boolean older = known != null && assignment.isOlderThan(known.term(), known.epoch());
    if (builder.phase != Phase.READY) {
      if (!older || followsOthers()) {
        builder.assignments.put(agent, assignment);
      }
    } else if (assignment.term() < builder.term() && !assignment.equals(known)) {
      overwritten(agent, assignment, older);
    }
  }

  private void overwritten(String agent, Assignment assignment, boolean older) {
    if (older) {
      builder.effects.add(new Effect.PublishAssignment(agent, builder.assignments.get(agent)));
      return;
    }
    // The agent has taken it from a stale leader.
    builder.log("assignment of a stale leader: agent=%s term=%d", agent, assignment.term());
    builder.assignments.put(agent, assignment);
    builder.replanNow();
  }

  /** An orchestrator has spoken. */
  void orchestratorHeard(OrchestratorState heard) {
    new Leadership(builder).input(new LeaseCore.StateHeard(heard));
  }
}
