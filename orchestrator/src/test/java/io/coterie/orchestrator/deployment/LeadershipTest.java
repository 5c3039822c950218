package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Several orchestrators: one leads, the others are ready to. */
final class LeadershipTest {
  private final TwoOrchestrators two = new TwoOrchestrators();
  private final Replay leader = two.leader;
  private final Replay standby = two.standby;

  @Test
  void aFollowerPublishesNothing() {
    two.follow();
    standby.state("a", Availability.OFFLINE, 1);
    assertEquals(List.of(), published());
    standby.online("e");
    standby.after(1_000);
    assertEquals(List.of(), published());
    assertEquals(State.Phase.FOLLOWING, standby.state.phase());
  }

  @Test
  void takingOverChangesNoPlanThatStillHolds() {
    two.follow();
    Map<String, PlanMessage> plans = leader.state.plans();
    two.hearLeader(Availability.OFFLINE);
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
    two.follow();
    String lost = otherThanTheFuser();
    standby.state(lost, Availability.OFFLINE, 1);
    two.hearLeader(Availability.STOPPED);
    standby.after(500);
    PlanMessage plan = standby.plan("cam");
    assertTrue(plan.complete());
    assertEquals(standby.state.term(), plan.term());
    assertTrue(plan.epoch() > leader.plan("cam").epoch());
    assertTrue(plan.groups().stream().noneMatch(group -> group.agents().contains(lost)));
  }

  @Test
  void aFencedLeaderStopsAtOnceAndAdoptsWhatItHears() {
    two.running(leader);
    OrchestratorState other =
        new OrchestratorState(Availability.ONLINE, leader.state.term() + 1, "standby");
    leader.input(new Input.OrchestratorHeard(other));
    assertEquals(State.Phase.FOLLOWING, leader.state.phase());
    leader.state("a", Availability.OFFLINE, 1);
    assertEquals(List.of(), leader.assigned());
    Assignment newer = new Assignment(other.term(), 2, List.of(), List.of());
    leader.input(new Input.AssignmentHeard("b", newer));
    assertEquals(newer, leader.assignment("b"));
  }

  @Test
  void anAssignmentOfAStaleLeaderIsReplacedWhereTheAgentTookIt() {
    two.follow();
    two.hearLeader(Availability.OFFLINE);
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
    two.follow();
    two.hearLeader(Availability.OFFLINE);
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
    two.running(leader);
    Replay late = new Replay();
    late.state = State.initial("standby", 200, leader.state.persisted());
    late.input(new Input.Connected());
    late.input(two.leaderIs(Availability.ONLINE));
    late.input(new Input.AssignmentHeard("a", new Assignment(1, 1, List.of(), List.of())));
    late.after(500);
    assertEquals(Map.of(), late.state.specs());
  }

  @Test
  void keepsWhatAClaimantHasNotYetToldABrokerThatForgot() {
    two.follow();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected());
    two.hearLeader(Availability.ONLINE);
    standby.after(500);
    assertEquals(State.Phase.FOLLOWING, standby.state.phase());
    two.hearLeader(Availability.OFFLINE);
    List<Effect> effects = collect(500);
    assertEquals(State.Phase.READY, standby.state.phase());
    assertTrue(effects.stream().anyMatch(Effect.PublishSpec.class::isInstance), "" + effects);
    assertEquals(leader.state.specs(), standby.state.specs());
  }

  @Test
  void forgetsWhatALeaderThatPlansDoesNotTell() {
    two.follow();
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected());
    two.hearLeader(Availability.ONLINE);
    standby.after(500);
    standby.input(new Input.AssignmentHeard("a", leader.assignment("a")));
    assertEquals(Map.of(), standby.state.specs());
  }

  @Test
  void takesThePlanOfALeaderThatNeverHeardOfANewerOne() {
    two.follow();
    PlanMessage old = leader.plan("cam");
    Assignment oldOfA = leader.assignment("a");
    two.hearLeader(Availability.OFFLINE);
    standby.after(500);
    standby.state(otherThanTheFuser(), Availability.OFFLINE, 1);
    assertTrue(standby.plan("cam").epoch() > old.epoch());
    long below = standby.state.term() - 1;
    standby.input(new Input.Disconnected());
    standby.input(new Input.Connected());
    standby.input(
        new Input.OrchestratorHeard(new OrchestratorState(Availability.ONLINE, below, "third")));
    standby.input(new Input.PlanHeard("cam", old));
    standby.input(new Input.AssignmentHeard("a", oldOfA));
    assertEquals(old, standby.plan("cam"));
    assertEquals(oldOfA, standby.assignment("a"));
  }

  @Test
  void keepsTheHighestTermOverARestart() {
    two.follow();
    long highest = standby.state.persisted().term();
    assertTrue(highest >= leader.state.term());
    assertTrue(State.initial("standby", 1, standby.state.persisted()).term() > highest);
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

  private String otherThanTheFuser() {
    return List.of("a", "b", "c", "d").stream()
        .filter(agent -> !agent.equals(standby.plan("cam").fuser()))
        .findFirst()
        .orElseThrow();
  }
}
