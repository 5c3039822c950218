package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.membership.Membership;
import java.util.OptionalLong;

/** What comes and goes with the connection, and with time. */
final class Connection {
  private final Draft draft;
  private final Boards boards;
  private final Wishes wishes;

  Connection(Draft draft) {
    this.draft = draft;
    this.boards = new Boards(draft);
    this.wishes = new Wishes(draft);
  }

  void connected() {
    draft.phase = Phase.COLLECTING;
    draft.collectUntilNs = draft.nowNs + DeploymentCore.COLLECT_NS;
    draft.brokerRemembers = false;
    draft.heardSpecs.clear();
    boards.membership(new Membership.Reconnected());
    wishes.fetchMissing();
  }

  void disconnected() {
    draft.phase = Phase.DISCONNECTED;
    draft.replanAtNs = OptionalLong.empty();
    draft.learning = draft.learning.watching(OptionalLong.empty());
  }

  void tick() {
    if (draft.phase == Phase.COLLECTING && draft.nowNs - draft.collectUntilNs >= 0) {
      collected();
    } else if (draft.phase == Phase.READY) {
      boards.tick();
      if (draft.replanAtNs.isPresent() && draft.nowNs - draft.replanAtNs.getAsLong() >= 0) {
        draft.replanNow();
      }
    }
  }

  private void collected() {
    draft.phase = Phase.READY;
    draft.announced = true;
    draft.learning = draft.learning.watching(OptionalLong.of(draft.nowNs));
    draft.announceSelf();
    wishes.reconcile();
    // The last of these may have got lost with the connection; repeats are harmless.
    draft.assignments.forEach(
        (agent, assignment) -> draft.effects.add(new Effect.PublishAssignment(agent, assignment)));
    draft.plans.forEach((name, plan) -> draft.effects.add(new Effect.PublishPlan(name, plan)));
    if (draft.expectsAgents()) {
      draft.replanAtNs = OptionalLong.of(draft.nowNs + DeploymentCore.EXPECT_NS);
    } else {
      draft.replanNow();
    }
  }
}
