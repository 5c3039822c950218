package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.STUDENT_BYTES;
import static io.coterie.orchestrator.deployment.Fixtures.capability;
import static io.coterie.orchestrator.deployment.Fixtures.digest;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several orchestrators: one leads, the others are ready to. */
final class LeadershipTest {
  private static final Manifest MANIFEST = manifest(2);
  private static final String LEADER = "hub";

  private final Replay leader = new Replay();
  private final Replay standby = new Replay();

  @Test
  void aFollowerPublishesNothing() {
    follow();
    standby.state("a", Availability.OFFLINE, 1);
    assertEquals(List.of(), published());
    standby.online("e");
    standby.after(1_000);
    assertEquals(List.of(), published());
    assertEquals(State.Phase.FOLLOWING, standby.state.phase());
  }

  @Test
  void takingOverChangesNoPlanThatStillHolds() {
    follow();
    Map<String, PlanMessage> plans = leader.state.plans();
    hearLeader(Availability.OFFLINE);
    List<Effect> effects = collect(500);
    assertEquals(State.Phase.READY, standby.state.phase());
    assertTrue(standby.state.term() > leader.state.term());
    assertEquals(plans, standby.state.plans());
    assertEquals(
        Set.of(Effect.PublishState.class),
        Set.copyOf(
            effects.stream()
                .filter(effect -> !(effect instanceof Effect.Log))
                .map(Object::getClass)
                .toList()));
  }

  @Test
  void takesOverWithAPlanWithoutTheBoardThatWasLostMeanwhile() {
    follow();
    String lost = otherThanTheFuser();
    standby.state(lost, Availability.OFFLINE, 1);
    hearLeader(Availability.STOPPED);
    standby.after(500);
    PlanMessage plan = standby.plan("cam");
    assertTrue(plan.complete());
    assertEquals(standby.state.term(), plan.term());
    assertTrue(plan.epoch() > leader.plan("cam").epoch());
    assertTrue(plan.groups().stream().noneMatch(group -> group.agents().contains(lost)));
  }

  @Test
  void aFencedLeaderStopsAtOnceAndAdoptsWhatItHears() {
    running(leader);
    OrchestratorState other =
        new OrchestratorState(Availability.ONLINE, leader.state.term() + 1, "standby");
    leader.input(new Input.OrchestratorHeard(other, false));
    assertEquals(State.Phase.FOLLOWING, leader.state.phase());
    leader.state("a", Availability.OFFLINE, 1);
    assertEquals(List.of(), leader.assigned());
    Assignment newer = new Assignment(other.term(), 2, List.of(), List.of());
    leader.input(new Input.AssignmentHeard("b", newer));
    assertEquals(newer, leader.assignment("b"));
  }

  @Test
  void anAssignmentOfAStaleLeaderIsReplacedWhereTheAgentTookIt() {
    follow();
    hearLeader(Availability.OFFLINE);
    standby.after(500);
    Assignment stale =
        new Assignment(leader.state.term(), leader.state.epoch() + 5, List.of(), List.of());
    standby.input(new Input.AssignmentHeard("a", stale));
    Assignment now = standby.assignment("a");
    assertFalse(now.isOlderThan(stale.term(), stale.epoch()));
    assertTrue(now.hasRolesOf(leader.assignment("a")));
    assertTrue(standby.assigned().contains("a"));
  }

  @Test
  void whatAStaleLeaderRetainsIsOverwritten() {
    follow();
    hearLeader(Availability.OFFLINE);
    standby.after(500);
    standby.state(otherThanTheFuser(), Availability.OFFLINE, 1);
    PlanMessage now = standby.plan("cam");
    standby.input(new Input.PlanHeard("cam", leader.plan("cam")));
    assertEquals(
        List.of(new Effect.PublishPlan("cam", now)), standby.effects(Effect.PublishPlan.class));
    String agent = now.fuser();
    Assignment old = leader.assignment(agent);
    assertNotEquals(old, standby.assignment(agent));
    standby.input(new Input.AssignmentHeard(agent, old));
    assertEquals(
        List.of(new Effect.PublishAssignment(agent, standby.assignment(agent))),
        standby.effects(Effect.PublishAssignment.class));
  }

  @Test
  void doesNotReviveDeploymentsOfItsOwnPastWhereAnotherLeads() {
    running(leader);
    Replay late = new Replay();
    late.state = State.initial("standby", 200, leader.state.kept());
    late.input(new Input.Connected());
    late.input(leaderIs(Availability.ONLINE));
    late.after(500);
    assertEquals(Map.of(), late.state.specs());
  }

  @Test
  void aloneItLeadsAtOnceAndItsOwnAgentAnswersForTheLostHub() {
    followWithHubs();
    assertEquals(LEADER, standby.plan("cam").fuser());
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
  void aloneItFindsOutWhichBoardsDidNotFollow() {
    followWithHubs();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    standby.online("standby", hub());
    standby.online("a");
    standby.after(5_000);
    assertTrue(standby.state.fleet().isOnline("b"));
    standby.after(1_000);
    assertFalse(standby.state.fleet().isOnline("b"));
    assertTrue(standby.state.fleet().isOnline("a"));
  }

  @Test
  void leavingItTakesTheAnswersFromItsOwnAgent() {
    followWithHubs();
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
    followWithHubs();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    standby.deploy("new", manifest(1), 0);
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected());
    standby.input(new Input.SpecHeard("cam", spec(MANIFEST, 0.9)));
    standby.input(leaderIs(Availability.ONLINE));
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
    followWithHubs();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected(true));
    standby.input(new Input.SpecRemoved("cam"));
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected());
    standby.input(new Input.SpecHeard("cam", spec(MANIFEST, 0.9)));
    standby.input(leaderIs(Availability.ONLINE));
    standby.after(500);
    assertEquals(List.of(new Effect.RemoveSpec("cam")), standby.effects(Effect.RemoveSpec.class));
  }

  @Test
  void keepsTheHighestTermOverARestart() {
    follow();
    long highest = standby.state.kept().term();
    assertTrue(highest >= leader.state.term());
    assertTrue(State.initial("standby", 1, standby.state.kept()).term() > highest);
  }

  private void running(Replay replay) {
    replay.ready();
    for (String agent : List.of("a", "b", "c", "d")) {
      replay.online(agent);
    }
    replay.deploy("cam", MANIFEST, 0.9);
    assertTrue(replay.plan("cam").complete(), () -> replay.plan("cam").toString());
  }

  /** The leader runs, the standby has heard everything. */
  private void follow() {
    running(leader);
    standby.state = State.initial("standby", 1, Kept.NOTHING);
    standby.input(new Input.Connected());
    for (String agent : List.of("a", "b", "c", "d")) {
      standby.online(agent);
    }
    hearAll();
  }

  private void followWithHubs() {
    leader.ready();
    standby.state = State.initial("standby", 1, Kept.NOTHING);
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

  private void hearAll() {
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

  private static Capability hub() {
    return capability(1, true, 0, 0, 10 * STUDENT_BYTES);
  }

  private Input leaderIs(Availability availability) {
    return new Input.OrchestratorHeard(
        new OrchestratorState(availability, leader.state.term(), LEADER), false);
  }

  private void hearLeader(Availability availability) {
    standby.input(leaderIs(availability));
  }

  /** All effects of the time. */
  private List<Effect> collect(long milliseconds) {
    List<Effect> all = new ArrayList<>();
    for (long ms = 0; ms < milliseconds; ms += 10) {
      standby.after(10);
      all.addAll(standby.effects);
    }
    return all;
  }

  private List<Effect> published() {
    return standby.effects.stream()
        .filter(effect -> !(effect instanceof Effect.Log || effect instanceof Effect.FetchBundle))
        .toList();
  }

  private static List<List<String>> groups(PlanMessage plan) {
    return plan.groups().stream().map(PlanMessage.Group::agents).toList();
  }

  private String otherThanTheFuser() {
    return List.of("a", "b", "c", "d").stream()
        .filter(agent -> !agent.equals(standby.plan("cam").fuser()))
        .findFirst()
        .orElseThrow();
  }
}
