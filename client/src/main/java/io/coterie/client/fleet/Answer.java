package io.coterie.client.fleet;

import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Rollout;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What became of one version of a spec, as a view of the fleet tells.
 *
 * @param plan the newest plan that answers this version; empty where there is none
 * @param rollout where the roll-out of this version stands; empty where there is none
 * @param idle the agents that the plan names and that have not reported to carry it out
 * @param orchestrator the one that leads, or led last; empty where none was heard of
 */
public record Answer(
    State state,
    Optional<PlanMessage> plan,
    Optional<Rollout> rollout,
    SortedSet<String> idle,
    Optional<OrchestratorState> orchestrator) {
  /** How far it came. */
  public enum State {
    /** No orchestrator leads: nobody reads the spec until one does. */
    NO_ORCHESTRATOR,
    /** An orchestrator leads and has not answered. */
    UNANSWERED,
    /** Boards change over to another bundle in stages. */
    ROLLING,
    /** The bundle failed, and the one before is back: {@link Rollout#reason} says why. */
    RETURNED,
    /** The plan lacks something: {@link PlanMessage#reasons} has codes and texts. */
    INCOMPLETE,
    /** The plan is complete, and not all its agents have reported to carry it out. */
    STARTING,
    /** Every agent that the plan names carries it out. */
    RUNS;

    /** Whether waiting changes nothing any more. */
    public boolean isFinal() {
      return this == RUNS || this == RETURNED;
    }
  }

  public Answer {
    idle = Collections.unmodifiableSortedSet(new TreeSet<>(idle));
  }

  /**
   * What became of a spec of the deployment. A plan of an orchestrator that tells no generation may
   * be older than the spec: it counts only while one leads.
   */
  public static Answer of(FleetView view, String deployment, DeploymentSpec spec) {
    boolean leads = view.leader().isPresent();
    Optional<PlanMessage> newest = view.deployment(deployment).plan();
    Optional<Rollout> rollout = newest.map(PlanMessage::rollout).filter(r -> r.isOf(spec));
    Optional<PlanMessage> plan =
        newest.filter(p -> p.answers(spec) && (!p.generation().isEmpty() || leads));
    SortedSet<String> idle = plan.map(p -> view.idle(deployment, p)).orElse(new TreeSet<>());
    return new Answer(state(leads, plan, rollout, idle), plan, rollout, idle, view.orchestrator());
  }

  private static State state(
      boolean leads,
      Optional<PlanMessage> plan,
      Optional<Rollout> rollout,
      SortedSet<String> idle) {
    if (rollout.isPresent()) {
      boolean returned = rollout.get().stage() == Rollout.Stage.RETURNED;
      return returned ? State.RETURNED : State.ROLLING;
    }
    if (plan.isEmpty()) {
      return leads ? State.UNANSWERED : State.NO_ORCHESTRATOR;
    }
    if (!plan.get().complete()) {
      return State.INCOMPLETE;
    }
    return idle.isEmpty() && plan.get().rollout() == null ? State.RUNS : State.STARTING;
  }
}
