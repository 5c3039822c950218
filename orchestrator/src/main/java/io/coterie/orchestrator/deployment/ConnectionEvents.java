package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet;
import io.coterie.client.fleet.Membership;
import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** What comes and goes with the connection, and with time. */
final class ConnectionEvents {
  private ConnectionEvents() {}

  static Step connected(Step step, boolean alone) {
    Step next =
        step.with(
            s -> {
              s.brokerRemembers = false;
              s.heardSpecs = Set.of();
              s.replanAtNs = OptionalLong.empty();
            });
    if (alone) {
      return leadAlone(next);
    }
    // The usual leader's word counts again, for all but what users said meanwhile. Where there is
    // none, what was in force stays so.
    next = next.with(s -> s.handover = s.handover.comeBack(s.specs));
    next = Leadership.input(next, new LeaseCore.Connected(false));
    long untilNs = next.nowNs() + DeploymentCore.COLLECT_NS;
    next =
        next.with(
            s -> {
              s.phase = Phase.COLLECTING;
              s.collectUntilNs = untilNs;
            });
    return SpecEvents.fetchMissing(BoardEvents.membership(next, new Membership.Reconnected()));
  }

  /** Roles first: boards have their models, and frames wait. */
  private static Step leadAlone(Step step) {
    Step next =
        step.with(
            s -> {
              if (s.handover.stage() == SpecHandover.Stage.BACK) {
                s.specs = s.handover.wanted();
              }
              s.handover = s.handover.goOut(s.specs);
            });
    next = Leadership.input(next, new LeaseCore.Connected(true));
    next = BoardEvents.membership(next, new Membership.Moved(otherHubs(next.state())));
    next = deciding(next);
    next = Leadership.announceSelf(next);
    next = Leadership.publishAll(next).dirtyOrExpecting();
    next = Replan.plan(next);
    return SpecEvents.reconcile(SpecEvents.fetchMissing(next));
  }

  private static Step deciding(Step step) {
    return step.with(
        s -> {
          s.phase = Phase.READY;
          s.learning = s.learning.watching(OptionalLong.of(step.nowNs()));
        });
  }

  /** Agents that were in the process of the broker that is lost. */
  private static Set<String> otherHubs(State state) {
    return state.fleet().online().stream()
        .filter(member -> member.capability().orElseThrow().hub())
        .map(Fleet.Member::id)
        .filter(agent -> !agent.equals(state.id()))
        .collect(Collectors.toSet());
  }

  static Step disconnected(Step step) {
    return Leadership.input(step, new LeaseCore.Disconnected())
        .with(
            s -> {
              s.phase = Phase.DISCONNECTED;
              s.replanAtNs = OptionalLong.empty();
              s.learning = s.learning.watching(OptionalLong.empty());
            });
  }

  static Step tick(Step step) {
    Step next = Leadership.input(step, new LeaseCore.Tick());
    return switch (next.state().phase()) {
      case DISCONNECTED -> next;
      case COLLECTING -> next.nowNs() - next.state().collectUntilNs() >= 0 ? collected(next) : next;
      case FOLLOWING, READY -> planWhereDue(BoardEvents.tick(next));
    };
  }

  private static Step planWhereDue(Step step) {
    OptionalLong due = step.state().replanAtNs();
    return due.isPresent() && step.nowNs() - due.getAsLong() >= 0 ? step.dirty() : step;
  }

  private static Step collected(Step step) {
    State state = step.state();
    if (!state.lease().leads() && state.lease().leader().isEmpty()) {
      return step.with(s -> s.collectUntilNs = s.lease.dueNs().orElseThrow());
    }
    return SpecEvents.runHandover(state.lease().leads() ? lead(step) : follow(step));
  }

  private static Step lead(Step step) {
    Step next = Leadership.announceSelf(deciding(step));
    return Leadership.publishAll(SpecEvents.reconcile(next)).dirtyOrExpecting();
  }

  private static Step follow(Step step) {
    Step next =
        step.with(
            s -> {
              s.phase = Phase.FOLLOWING;
              s.learning = s.learning.watching(OptionalLong.of(step.nowNs()));
            });
    State state = next.state();
    Step known = state.brokerRemembers() ? SpecEvents.forgetRemoved(next) : next;
    return state
        .lease()
        .leader()
        .map(leader -> Leadership.tellsWhoLeads(known, leader))
        .orElse(known);
  }
}
