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
  private final Draft draft;
  private final Boards boards;
  private final Wishes wishes;
  private final Leadership leadership;

  Connection(Draft draft) {
    this.draft = draft;
    this.boards = new Boards(draft);
    this.wishes = new Wishes(draft);
    this.leadership = new Leadership(draft);
  }

  void connected(boolean alone) {
    draft.brokerRemembers = false;
    draft.heardSpecs.clear();
    draft.replanAtNs = OptionalLong.empty();
    if (alone) {
      leadAlone();
      return;
    }
    comeBack();
    leadership.input(new LeaseCore.Connected(false));
    draft.phase = Phase.COLLECTING;
    draft.collectUntilNs = draft.nowNs + DeploymentCore.COLLECT_NS;
    boards.membership(new Membership.Reconnected());
    wishes.fetchMissing();
  }

  /**
   * The usual leader's word counts again, for all but what users said meanwhile. Where there is
   * none, what was in force stays so.
   */
  private void comeBack() {
    draft.errands = draft.errands.comeBack(draft.specs);
  }

  /** Roles first: boards have their models, and frames wait. */
  private void leadAlone() {
    if (draft.errands.stage() == Errands.Stage.BACK) {
      draft.specs.clear();
      draft.specs.putAll(draft.errands.wanted());
    }
    draft.errands = draft.errands.goOut(draft.specs);
    leadership.input(new LeaseCore.Connected(true));
    boards.membership(new Membership.Moved(otherHubs()));
    draft.phase = Phase.READY;
    draft.learning = draft.learning.watching(OptionalLong.of(draft.nowNs));
    draft.announceSelf();
    leadership.publishAll();
    draft.replanOrExpect();
    wishes.fetchMissing();
    wishes.reconcile();
  }

  /** Agents that were in the process of the broker that is lost. */
  private Set<String> otherHubs() {
    return draft.fleet.online().stream()
        .filter(member -> member.capability().orElseThrow().hub())
        .map(Fleet.Member::id)
        .filter(agent -> !agent.equals(draft.id()))
        .collect(Collectors.toSet());
  }

  void disconnected() {
    leadership.input(new LeaseCore.Disconnected());
    draft.phase = Phase.DISCONNECTED;
    draft.replanAtNs = OptionalLong.empty();
    draft.learning = draft.learning.watching(OptionalLong.empty());
  }

  void tick() {
    leadership.input(new LeaseCore.Tick());
    if (draft.phase == Phase.COLLECTING && draft.nowNs - draft.collectUntilNs >= 0) {
      collected();
    } else if (draft.phase == Phase.READY || draft.phase == Phase.FOLLOWING) {
      boards.tick();
      if (draft.replanAtNs.isPresent() && draft.nowNs - draft.replanAtNs.getAsLong() >= 0) {
        draft.replanNow();
      }
    }
  }

  private void collected() {
    if (!draft.lease.leads() && draft.lease.leader().isEmpty()) {
      draft.collectUntilNs = draft.lease.dueNs().orElseThrow();
      return;
    }
    draft.learning = draft.learning.watching(OptionalLong.of(draft.nowNs));
    if (draft.lease.leads()) {
      lead();
    } else {
      follow();
    }
    wishes.runErrands();
  }

  private void lead() {
    draft.phase = Phase.READY;
    draft.announceSelf();
    wishes.reconcile();
    leadership.publishAll();
    draft.replanOrExpect();
  }

  private void follow() {
    draft.phase = Phase.FOLLOWING;
    if (draft.brokerRemembers) {
      wishes.forgetRemoved();
    }
    draft.log(
        "follows: orchestrator=%s leader=%s",
        draft.id(), draft.lease.leader().map(OrchestratorState::id).orElse(""));
  }
}
