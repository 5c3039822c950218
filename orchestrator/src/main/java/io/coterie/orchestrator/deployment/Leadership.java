package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.OrchestratorState;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Whether this orchestrator leads, and what begins and ends with that. */
final class Leadership {
  private Leadership() {}

  static Step input(Step step, LeaseCore.Input input) {
    LeaseCore.Decision decision = LeaseCore.decide(step.state().lease(), input, step.nowNs());
    Step next = step.with(s -> s.lease = decision.lease());
    for (LeaseCore.Event event : decision.events()) {
      if (event instanceof LeaseCore.Announce announce) {
        next = next.and(new Effect.PublishState(announce.state()));
      } else if (event instanceof LeaseCore.Lost lost) {
        next = lost(next, lost.leader());
      } else if (event instanceof LeaseCore.Raised) {
        State state = next.state();
        next =
            next.log("term raised: orchestrator=%s term=%d", state.id(), state.term())
                .dirtyWithin(DeploymentCore.SETTLE_NS);
      } else if (event instanceof LeaseCore.Won && next.state().phase() == Phase.FOLLOWING) {
        next = takeOver(next);
      }
    }
    return next;
  }

  /** Keeps our term and epoch above every one that is around. */
  static Step seen(Step step, long otherTerm, long otherEpoch) {
    if (otherTerm > Check.ABSURD || otherEpoch > Check.ABSURD) {
      return step.log("absurd, ignored: term=%d epoch=%d", otherTerm, otherEpoch);
    }
    Step above = otherEpoch > step.state().epoch() ? step.with(s -> s.epoch = otherEpoch) : step;
    return input(above, new LeaseCore.TermHeard(otherTerm));
  }

  static Step announceSelf(Step step) {
    State state = step.state();
    return step.and(new Effect.PublishState(state.lease().announcement()))
        .log(
            "leads: orchestrator=%s term=%d epoch=%d brokerRemembers=%s",
            state.id(), state.term(), state.epoch(), state.brokerRemembers());
  }

  /** What the broker retains is in force and stays so, as far as it still holds. */
  private static Step takeOver(Step step) {
    Step next = SpecEvents.reconcile(announceSelf(step.with(s -> s.phase = Phase.READY)));
    return (next.state().brokerRemembers() ? next : publishAll(next)).dirtyOrExpecting();
  }

  /** The last of these may have got lost with the connection; repeats are harmless. */
  static Step publishAll(Step step) {
    List<Effect> all = new ArrayList<>();
    step.state()
        .assignments()
        .forEach((agent, given) -> all.add(new Effect.PublishAssignment(agent, given)));
    step.state().plans().forEach((name, plan) -> all.add(new Effect.PublishPlan(name, plan)));
    return step.and(all);
  }

  private static Step lost(Step step, OrchestratorState leader) {
    return tellsWhoLeads(step.state().phase() == Phase.READY ? following(step) : step, leader);
  }

  /** Logs whom this one follows. */
  static Step tellsWhoLeads(Step next, OrchestratorState leader) {
    State state = next.state();
    if (leader.id().equals(state.id())) {
      return next.log(
          "gives way to an orchestrator of the same name that was started later: orchestrator=%s"
              + " incarnation=%d later=%d; start one of them with another --id",
          state.id(), state.lease().incarnation(), leader.incarnation());
    }
    return next.log(
        "follows: orchestrator=%s term=%d leader=%s leaderTerm=%d",
        state.id(), state.term(), leader.id(), leader.term());
  }

  private static Step following(Step step) {
    return step.with(
        s -> {
          s.phase = Phase.FOLLOWING;
          s.replanAtNs = OptionalLong.empty();
        });
  }

  /** Takes the roles of its own process's agent back, and decides nothing from then on. */
  static Step leave(Step step) {
    State state = step.state();
    if (state.phase() != Phase.READY) {
      return step;
    }
    Step next = step;
    if (!state
        .assignments()
        .getOrDefault(state.id(), Assignment.NONE)
        .hasRolesOf(Assignment.NONE)) {
      long epoch = state.epoch() + 1;
      Assignment nothing = new Assignment(state.term(), epoch, List.of(), List.of());
      next =
          step.with(
                  s -> {
                    s.epoch = epoch;
                    s.assignments = State.with(s.assignments, state.id(), nothing);
                  })
              .and(new Effect.PublishAssignment(state.id(), nothing));
    }
    return following(next).log("leaves: orchestrator=%s term=%d", state.id(), state.term());
  }
}
