package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.STUDENT_BYTES;
import static io.coterie.orchestrator.deployment.Fixtures.capability;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.OrchestratorState;
import java.util.List;

/** An orchestrator that leads, and another that has heard everything. */
final class TwoOrchestrators {
  static final Manifest MANIFEST = manifest(2);
  static final String LEADER = "hub";

  final Replay leader = new Replay();
  final Replay standby = new Replay();

  void running(Replay replay) {
    replay.ready();
    for (String agent : List.of("a", "b", "c", "d")) {
      replay.online(agent);
    }
    replay.deploy("cam", MANIFEST, 0.9);
    assertTrue(replay.plan("cam").complete(), () -> replay.plan("cam").toString());
  }

  /** The leader runs, the standby has heard everything. */
  void follow() {
    running(leader);
    standby.state = State.initial("standby", 1, PersistedState.NOTHING);
    standby.input(new Input.Connected());
    for (String agent : List.of("a", "b", "c", "d")) {
      standby.online(agent);
    }
    hearAll();
  }

  void followWithHubs() {
    leader.ready();
    standby.state = State.initial("standby", 1, PersistedState.NOTHING);
    standby.input(new Input.Connected());
    for (Replay replay : List.of(leader, standby)) {
      replay.online(LEADER, hub());
      for (String agent : List.of("a", "b")) {
        replay.online(agent);
      }
    }
    leader.deploy("cam", MANIFEST, 0.9);
    leader.online("standby", hub());
    standby.online("standby", hub());
    leader.after(500);
    hearAll();
  }

  void hearAll() {
    standby.input(leaderIs(Availability.ONLINE));
    standby.deploy("cam", MANIFEST, 0.9);
    leader.state.plans().forEach((name, plan) -> standby.input(new Input.PlanHeard(name, plan)));
    leader
        .state
        .assignments()
        .forEach((agent, all) -> standby.input(new Input.AssignmentHeard(agent, all)));
    standby.after(500);
    assertEquals(leader.state.plans(), standby.state.plans());
  }

  static Capability hub() {
    return capability(1, true, 0, 0, 10 * STUDENT_BYTES);
  }

  Input leaderIs(Availability availability) {
    return new Input.OrchestratorHeard(
        new OrchestratorState(availability, leader.state.term(), LEADER));
  }

  void hearLeader(Availability availability) {
    standby.input(leaderIs(availability));
  }
}
