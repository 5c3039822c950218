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
final class ConnectionEvents {
  private final DecisionBuilder builder;
  private final BoardEvents boards;
  private final SpecEvents specEvents;
  private final Leadership leadership;

  ConnectionEvents(DecisionBuilder builder) {
    this.builder = builder;
    this.boards = new BoardEvents(builder);
    this.specEvents = new SpecEvents(builder);
    this.leadership = new Leadership(builder);
  }

  void connected(boolean alone) {
    builder.brokerRemembers = false;
    builder.heardSpecs.clear();
    builder.replanAtNs = OptionalLong.empty();
    if (alone) {
      leadAlone();
      return;
    }
    comeBack();
    leadership.input(new LeaseCore.Connected(false));
    builder.phase = Phase.COLLECTING;
    builder.collectUntilNs = builder.nowNs + DeploymentCore.COLLECT_NS;
    boards.membership(new Membership.Reconnected());
    specEvents.fetchMissing();
  }

  /**
   * The usual leader's word counts again, for all but what users said meanwhile. Where there is
   * none, what was in force stays so.
   */
  private void comeBack() {
    builder.handover = builder.handover.comeBack(builder.specs);
  }

  /** Roles first: boards have their models, and frames wait. */
  private void leadAlone() {
    if (builder.handover.stage() == SpecHandover.Stage.BACK) {
      builder.specs.clear();
      builder.specs.putAll(builder.handover.wanted());
    }
    builder.handover = builder.handover.goOut(builder.specs);
    leadership.input(new LeaseCore.Connected(true));
    boards.membership(new Membership.Moved(otherHubs()));
    builder.phase = Phase.READY;
    builder.learning = builder.learning.watching(OptionalLong.of(builder.nowNs));
    builder.announceSelf();
    leadership.publishAll();
    builder.replanOrExpect();
    specEvents.fetchMissing();
    specEvents.reconcile();
  }

  /** Agents that were in the process of the broker that is lost. */
  private Set<String> otherHubs() {
    return builder.fleet.online().stream()
        .filter(member -> member.capability().orElseThrow().hub())
        .map(Fleet.Member::id)
        .filter(agent -> !agent.equals(builder.id()))
        .collect(Collectors.toSet());
  }

  void disconnected() {
    leadership.input(new LeaseCore.Disconnected());
    builder.phase = Phase.DISCONNECTED;
    builder.replanAtNs = OptionalLong.empty();
    builder.learning = builder.learning.watching(OptionalLong.empty());
  }

  void tick() {
    leadership.input(new LeaseCore.Tick());
    if (builder.phase == Phase.COLLECTING && builder.nowNs - builder.collectUntilNs >= 0) {
      collected();
    } else if (builder.phase == Phase.READY || builder.phase == Phase.FOLLOWING) {
      boards.tick();
      if (builder.replanAtNs.isPresent() && builder.nowNs - builder.replanAtNs.getAsLong() >= 0) {
        builder.replanNow();
      }
    }
  }

  private void collected() {
    if (!builder.lease.leads() && builder.lease.leader().isEmpty()) {
      builder.collectUntilNs = builder.lease.dueNs().orElseThrow();
      return;
    }
    builder.learning = builder.learning.watching(OptionalLong.of(builder.nowNs));
    if (builder.lease.leads()) {
      lead();
    } else {
      follow();
    }
    specEvents.runHandover();
  }

  private void lead() {
    builder.phase = Phase.READY;
    builder.announceSelf();
    specEvents.reconcile();
    leadership.publishAll();
    builder.replanOrExpect();
  }

  private void follow() {
    builder.phase = Phase.FOLLOWING;
    if (builder.brokerRemembers) {
      specEvents.forgetRemoved();
    }
    builder.log(
        "follows: orchestrator=%s leader=%s",
        builder.id(), builder.lease.leader().map(OrchestratorState::id).orElse(""));
  }
}
