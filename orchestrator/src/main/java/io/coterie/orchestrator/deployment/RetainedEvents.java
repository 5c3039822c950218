package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;

/** What orchestrators have said: an earlier run of this one, or another. */
final class RetainedEvents {
  private RetainedEvents() {}

  static Step planHeard(Step step, String deployment, PlanMessage plan) {
    Step next = Leadership.seen(brokerRemembers(step), plan.term(), plan.epoch());
    State state = next.state();
    PlanMessage known = state.plans().get(deployment);
    if (state.phase() == Phase.READY) {
      boolean stale = plan.term() < state.term() && !plan.equals(known);
      return stale ? next.and(overwritten(deployment, known)) : next;
    }
    if (known != null && isOlder(plan, known) && !followsOthers(state)) {
      return next;
    }
    next = next.with(s -> s.plans = State.with(s.plans, deployment, plan));
    return SpecEvents.fetchFor(rememberWhatRuns(next, deployment, plan), plan);
  }

  /** A plan that another leader made for the spec that is known here runs that spec. */
  private static Step rememberWhatRuns(Step step, String deployment, PlanMessage plan) {
    DeploymentSpec spec = step.state().specs().get(deployment);
    boolean told = !plan.generation().isEmpty() && plan.rollout() == null;
    return spec != null && told && plan.answers(spec)
        ? step.with(s -> s.running = State.with(s.running, deployment, spec))
        : step;
  }

  /**
   * Who leads tells a broker that forgot what users want, and then what is to be done. Why not take
   * a claim for a sign of memory: who claimed may be lost before it has told anything.
   */
  private static Step brokerRemembers(Step step) {
    if (step.state().brokerRemembers()) {
      return step;
    }
    Step next = step.with(s -> s.brokerRemembers = true);
    return next.state().phase() == Phase.FOLLOWING ? SpecEvents.forgetRemoved(next) : next;
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
  private static boolean followsOthers(State state) {
    return state.lease().leader().isPresent()
        || state.handover().stage() == SpecHandover.Stage.BACK;
  }

  /** By a stale leader, or by ourselves a moment ago: the broker must end with what is in force. */
  private static Effect overwritten(String deployment, PlanMessage known) {
    return known == null
        ? new Effect.ClearPlan(deployment)
        : new Effect.PublishPlan(deployment, known);
  }

  static Step assignmentHeard(Step step, String agent, Assignment assignment) {
    Step next = Leadership.seen(brokerRemembers(step), assignment.term(), assignment.epoch());
    State state = next.state();
    Assignment known = state.assignments().get(agent);
    boolean older = known != null && assignment.isOlderThan(known.term(), known.epoch());
    if (state.phase() != Phase.READY) {
      return older && !followsOthers(state) ? next : given(next, agent, assignment);
    }
    if (assignment.term() >= state.term() || assignment.equals(known)) {
      return next;
    }
    return older
        ? next.and(new Effect.PublishAssignment(agent, known))
        // The agent has taken it from a stale leader.
        : given(
                next.log(
                    "assignment of a stale leader: agent=%s term=%d", agent, assignment.term()),
                agent,
                assignment)
            .dirty();
  }

  private static Step given(Step step, String agent, Assignment assignment) {
    return step.with(s -> s.assignments = State.with(s.assignments, agent, assignment));
  }

  /** An orchestrator has spoken. */
  static Step orchestratorHeard(Step step, OrchestratorState heard) {
    return Leadership.input(step, new LeaseCore.StateHeard(heard));
  }
}
