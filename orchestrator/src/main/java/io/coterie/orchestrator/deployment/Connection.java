package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.orchestrator.membership.Fleet;
import io.coterie.orchestrator.membership.Membership;
import io.coterie.protocol.message.OrchestratorState;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** What comes and goes with the connection, and with time. */
final class Connection {
  private Connection() {}

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
    next = next.with(s -> s.errands = s.errands.comeBack(s.specs));
    next = Leadership.input(next, new LeaseCore.Connected(false));
    long untilNs = next.nowNs() + DeploymentCore.COLLECT_NS;
    next =
        next.with(
            s -> {
              s.phase = Phase.COLLECTING;
              s.collectUntilNs = untilNs;
            });
    return Wishes.fetchMissing(Boards.membership(next, new Membership.Reconnected()));
  }

  /** Roles first: boards have their models, and frames wait. */
  private static Step leadAlone(Step step) {
    Step next =
        step.with(
            s -> {
              if (s.errands.stage() == Errands.Stage.BACK) {
                s.specs = s.errands.wanted();
              }
              s.errands = s.errands.goOut(s.specs);
            });
    next = Leadership.input(next, new LeaseCore.Connected(true));
    next = Boards.membership(next, new Membership.Moved(otherHubs(next.state())));
    next = deciding(next);
    next = Leadership.announceSelf(next);
    next = Leadership.publishAll(next).dirtyOrExpecting();
    next = Replan.plan(next);
    return Wishes.reconcile(Wishes.fetchMissing(next));
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
      case FOLLOWING, READY -> planWhereDue(Boards.tick(next));
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
    return Wishes.runErrands(state.lease().leads() ? lead(step) : follow(step));
  }

  private static Step lead(Step step) {
    Step next = Leadership.announceSelf(deciding(step));
    return Leadership.publishAll(Wishes.reconcile(next)).dirtyOrExpecting();
  }

  private static Step follow(Step step) {
    Step next =
        step.with(
            s -> {
              s.phase = Phase.FOLLOWING;
              s.learning = s.learning.watching(OptionalLong.of(step.nowNs()));
            });
    State state = next.state();
    return (state.brokerRemembers() ? Wishes.forgetRemoved(next) : next)
        .log(
            "follows: orchestrator=%s leader=%s",
            state.id(), state.lease().leader().map(OrchestratorState::id).orElse(""));
  }
}
