package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.digest;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.PlanMessage;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An orchestrator whose hub stands in for a lost one. */
final class StandInTest {
  private final TwoOrchestrators two = new TwoOrchestrators();
  private final Replay leader = two.leader;
  private final Replay standby = two.standby;

  @Test
  void aloneItLeadsAtOnceAndItsOwnAgentAnswersForTheLostHub() {
    two.followWithHubs();
    assertEquals(TwoOrchestrators.LEADER, standby.plan("cam").fuser());
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    assertEquals(State.Phase.READY, standby.state.phase());
    PlanMessage plan = standby.plan("cam");
    assertEquals("standby", plan.fuser());
    assertTrue(plan.complete());
    assertTrue(plan.term() > leader.state.term());
    assertEquals(groups(leader.plan("cam")), groups(plan));
    assertEquals(1, standby.effects(Effect.PublishSpec.class).size());
    assertEquals(1, standby.effects(Effect.PublishBundle.class).size());
  }

  @Test
  void ofTwoHubsAgentsTheLeadersOwnAnswers() {
    leader.ready();
    leader.online("another-hub", TwoOrchestrators.hub());
    leader.online(TwoOrchestrators.LEADER, TwoOrchestrators.hub());
    leader.online("a");
    leader.deploy("cam", TwoOrchestrators.MANIFEST, 0);
    assertEquals(TwoOrchestrators.LEADER, leader.plan("cam").fuser());
  }

  @Test
  void aloneItFindsOutWhichBoardsDidNotFollow() {
    two.followWithHubs();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    standby.online("standby", TwoOrchestrators.hub());
    standby.online("a");
    standby.after(5_000);
    assertTrue(standby.state.fleet().isOnline("b"));
    standby.after(1_000);
    assertFalse(standby.state.fleet().isOnline("b"));
    assertTrue(standby.state.fleet().isOnline("a"));
  }

  @Test
  void leavingItTakesTheAnswersFromItsOwnAgent() {
    two.followWithHubs();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    long epoch = standby.state.epoch();
    standby.input(new Input.Leaving());
    assertEquals(List.of("standby"), standby.assigned());
    assertEquals(List.of(), standby.assignment("standby").fusers());
    assertTrue(standby.assignment("standby").epoch() > epoch);
    standby.state("a", Availability.OFFLINE, 1);
    assertEquals(List.of(), standby.assigned());
  }

  @Test
  void tellsTheUsualBrokerWhatUsersSaidMeanwhile() {
    two.followWithHubs();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    standby.deploy("new", manifest(1), 0);
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected());
    standby.input(new Input.SpecHeard("cam", spec(TwoOrchestrators.MANIFEST, 0.9)));
    standby.input(two.leaderIs(Availability.ONLINE));
    standby.after(500);
    assertEquals(
        List.of(new Effect.PublishSpec("new", spec(manifest(1), 0))),
        standby.effects(Effect.PublishSpec.class));
    assertEquals(
        List.of(new Effect.PublishBundle(digest(manifest(1)))),
        standby.effects(Effect.PublishBundle.class));
    assertEquals(List.of(), standby.effects(Effect.RemoveSpec.class));
    assertEquals(State.Phase.FOLLOWING, standby.state.phase());
  }

  @Test
  void endsAtTheUsualBrokerWhatUsersEndedMeanwhile() {
    two.followWithHubs();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    standby.input(new Input.SpecRemoved("cam"));
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected());
    standby.input(new Input.SpecHeard("cam", spec(TwoOrchestrators.MANIFEST, 0.9)));
    standby.input(two.leaderIs(Availability.ONLINE));
    standby.after(500);
    assertEquals(List.of(new Effect.RemoveSpec("cam")), standby.effects(Effect.RemoveSpec.class));
  }

  private static List<List<String>> groups(PlanMessage plan) {
    return plan.groups().stream().map(PlanMessage.Group::agents).toList();
  }
}
