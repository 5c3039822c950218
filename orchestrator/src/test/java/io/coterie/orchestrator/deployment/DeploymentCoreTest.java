package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.STUDENT_BYTES;
import static io.coterie.orchestrator.deployment.Fixtures.capability;
import static io.coterie.orchestrator.deployment.Fixtures.digest;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.orchestrator.membership.Membership.Tick;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeploymentCoreTest {
  private static final Manifest MANIFEST = manifest(2);
  private final Replay replay = new Replay();

  @Test
  void plansOnceBoardsSpecAndBundleAreThere() {
    replay.ready();
    replay.online("a");
    replay.online("b");
    replay.deploy("cam", MANIFEST, 0);
    PlanMessage plan = replay.plan("cam");
    assertTrue(plan.complete(), plan::toString);
    assertEquals(2, plan.groups().size());
    assertEquals(1, replay.assignment("a").students().size());
    assertEquals(1, replay.assignment("b").students().size());
    assertEquals(plan.epoch(), replay.assignment(plan.fuser()).epoch());
    assertEquals("cam", replay.assignment(plan.fuser()).fusers().get(0).deployment());
  }

  @Test
  void saysThatItWaitsForTheBundle() {
    replay.ready();
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0)));
    assertEquals(
        List.of(new Effect.FetchBundle(digest(MANIFEST))),
        replay.effects(Effect.FetchBundle.class));
    assertFalse(replay.plan("cam").complete());
    assertTrue(replay.plan("cam").reasons().get(0).startsWith("waiting for bundle"));
  }

  @Test
  void saysWhyABundleCannotBeUsed() {
    replay.ready();
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0)));
    replay.input(new Input.ManifestRefused(digest(MANIFEST), "not JSON"));
    assertTrue(replay.plan("cam").reasons().get(0).endsWith("not JSON"));
  }

  @Test
  void saysThatThereAreNoBoards() {
    replay.ready();
    replay.deploy("cam", MANIFEST, 0);
    PlanMessage plan = replay.plan("cam");
    assertFalse(plan.complete());
    assertEquals(0, plan.k());
    assertTrue(plan.reasons().get(1).startsWith("no boards"), plan::toString);
  }

  @Test
  void aHubWithoutBoardsAnswersThatNothingRuns() {
    replay.ready();
    replay.online("hub-agent", capability(1, true, 0, 0, 1));
    replay.deploy("cam", MANIFEST, 0);
    assertEquals(List.of(), replay.assignment("hub-agent").fusers().get(0).covered());
    assertFalse(replay.plan("cam").complete());
  }

  @Test
  void decidesNothingWhileItCollects() {
    replay.input(new Input.Connected());
    replay.online("a");
    replay.deploy("cam", MANIFEST, 0);
    assertEquals(Map.of(), replay.state.plans());
    replay.after(499);
    assertEquals(List.of(), replay.effects);
    replay.after(1);
    assertTrue(replay.plan("cam").complete());
  }

  @Test
  void announcesItselfWithItsTerm() {
    replay.ready();
    assertEquals(
        List.of(
            new Effect.PublishState(
                new OrchestratorState(Availability.ONLINE, replay.state.term(), "hub"))),
        replay.effects(Effect.PublishState.class));
    assertTrue(replay.state.term() > 100);
  }

  @Test
  void replansWhenABoardDies() {
    running("a", "b", "c", "d");
    long epoch = replay.plan("cam").epoch();
    String lost = otherThanTheFusers();
    replay.state(lost, Availability.OFFLINE, 1);
    assertEquals(epoch + 1, replay.plan("cam").epoch());
    assertTrue(replay.plan("cam").groups().stream().noneMatch(g -> g.agents().contains(lost)));
    assertTrue(replay.plan("cam").complete());
  }

  @Test
  void agentsWhoseRolesStayKeepTheirEpoch() {
    running("a", "b", "c", "d");
    long epoch = replay.plan("cam").epoch();
    long acceptFrom = replay.plan("cam").acceptFrom();
    replay.state(otherThanTheFusers(), Availability.OFFLINE, 1);
    PlanMessage plan = replay.plan("cam");
    assertEquals(Set.of(plan.fuser(), plan.standby()), Set.copyOf(replay.assigned()));
    assertEquals(acceptFrom, replay.plan("cam").acceptFrom());
    assertEquals(acceptFrom, fuserRoleAcceptFrom());
    assertTrue(
        replay.state.assignments().values().stream().filter(a -> a.epoch() == epoch).count() >= 2);
  }

  @Test
  void aNewFuserIsNamedWhenTheFuserDies() {
    running("a", "b", "c", "d");
    String fuser = replay.plan("cam").fuser();
    replay.state(fuser, Availability.OFFLINE, 1);
    String next = replay.plan("cam").fuser();
    assertFalse(next.equals(fuser) || next.isEmpty());
    assertEquals(replay.plan("cam").epoch(), replay.assignment(next).epoch());
    assertEquals(1, replay.assignment(next).fusers().size());
  }

  @Test
  void theHubsAgentFusesAndHostsNothing() {
    replay.ready();
    replay.online("a");
    replay.online("z", capability(1, true, 0, 0, 10 * STUDENT_BYTES));
    replay.deploy("cam", MANIFEST, 0);
    assertEquals("z", replay.plan("cam").fuser());
    assertEquals(List.of(), replay.assignment("z").students());
  }

  @Test
  void waitsAMomentForMoreBoardsToJoin() {
    replay.ready();
    replay.online("a");
    replay.deploy("cam", MANIFEST, 0);
    long epoch = replay.plan("cam").epoch();
    replay.online("b");
    replay.nowNs += 100 * Replay.MS;
    replay.online("c");
    assertEquals(epoch, replay.plan("cam").epoch());
    replay.after(99);
    assertEquals(epoch, replay.plan("cam").epoch());
    replay.after(1);
    assertEquals(epoch + 1, replay.plan("cam").epoch());
    assertTrue(replay.assignment("c").students().size() > 0);
  }

  @Test
  void ignoresWillOfAnOlderIncarnation() {
    replay.ready();
    replay.online("a", capability(2));
    replay.deploy("cam", MANIFEST, 0);
    replay.state("a", Availability.OFFLINE, 1);
    assertEquals(List.of(), replay.assigned());
    assertTrue(replay.plan("cam").complete());
  }

  @Test
  void aDrainingBoardGetsNothingToDo() {
    running("a", "b", "c", "d");
    String draining = otherThanTheFusers();
    replay.state(draining, Availability.DRAINING, 1);
    assertEquals(List.of(), replay.assignment(draining).students());
    assertTrue(replay.assigned().contains(draining));
  }

  @Test
  void aBoardThatIsAwayKeepsItsAssignmentForItsReturn() {
    running("a", "b", "c", "d");
    String away = otherThanTheFusers();
    Assignment before = replay.assignment(away);
    replay.state(away, Availability.OFFLINE, 1);
    assertEquals(before, replay.assignment(away));
  }

  @Test
  void boardsThatReturnAfterAllWereLostAreNotFencedOff() {
    running("a", "b");
    replay.state("a", Availability.OFFLINE, 1);
    replay.state("b", Availability.OFFLINE, 1);
    assertEquals(0, replay.plan("cam").k());
    replay.online("a", capability(2));
    replay.online("b", capability(2));
    replay.after(200);
    PlanMessage plan = replay.plan("cam");
    assertTrue(plan.complete());
    for (String agent : List.of("a", "b")) {
      assertTrue(replay.assignment(agent).epoch() >= plan.acceptFrom(), plan::toString);
    }
  }

  @Test
  void continuesAboveTheHighestEpochSeen() {
    replay.input(new Input.Connected());
    replay.online("a", capability(1, false, 7, 41, 10 * STUDENT_BYTES));
    replay.input(new Input.AssignmentHeard("b", new Assignment(7, 42, List.of(), List.of())));
    replay.input(
        new Input.OrchestratorHeard(new OrchestratorState(Availability.OFFLINE, 250, "hub")));
    replay.deploy("cam", MANIFEST, 0);
    replay.after(500);
    assertEquals(43, replay.plan("cam").epoch());
    assertTrue(replay.plan("cam").term() > 250);
    assertEquals(43, replay.assignment("a").epoch());
  }

  @Test
  void ignoresTermsThatNobodyCountsTo() {
    running("a", "b");
    long term = replay.state.term();
    replay.input(
        new Input.OrchestratorHeard(
            new OrchestratorState(Availability.OFFLINE, 1L << 53, "other")));
    replay.online("c", capability(1, false, 1L << 53, 1L << 53, 10 * STUDENT_BYTES));
    replay.after(200);
    assertEquals(term, replay.state.term());
    assertTrue(replay.plan("cam").complete());
  }

  @Test
  void takesRolesBackThatItNeverHeardOf() {
    replay.ready();
    replay.online("a", capability(1, false, 7, 41, 10 * STUDENT_BYTES));
    replay.after(200);
    assertEquals(List.of("a"), replay.assigned());
    assertTrue(replay.assignment("a").hasRolesOf(Assignment.NONE));
    assertFalse(replay.assignment("a").isOlderThan(7, 42));
    replay.online("a", capability(1, false, 7, 41, 10 * STUDENT_BYTES));
    replay.after(200);
    assertEquals(List.of(), replay.assigned());
  }

  @Test
  void reissuesToAnAgentThatHasSeenSomethingNewer() {
    running("a", "b");
    long term = replay.state.term() + 5_000;
    replay.online("a", capability(2, false, term, 5_000, 10 * STUDENT_BYTES));
    replay.after(200);
    Assignment assignment = replay.assignment("a");
    assertFalse(assignment.isOlderThan(term, 5_000));
    assertTrue(replay.state.term() > term);
    assertEquals(5_001, assignment.epoch());
  }

  @Test
  void adoptsTheRetainedPlanAndMovesNobody() {
    running("a", "b", "c", "d");
    State before = replay.state;
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, Kept.NOTHING);
    restarted.input(new Input.Connected());
    before.plans().forEach((name, plan) -> restarted.input(new Input.PlanHeard(name, plan)));
    before
        .assignments()
        .forEach((agent, a) -> restarted.input(new Input.AssignmentHeard(agent, a)));
    for (String agent : List.of("d", "c", "b", "a")) {
      restarted.online(agent);
    }
    restarted.deploy("cam", MANIFEST, 0.9);
    restarted.after(500);
    assertEquals(before.plans(), restarted.state.plans());
    assertEquals(before.assignments(), restarted.state.assignments());
  }

  @Test
  void reannouncesToAnEmptyBroker() {
    running("a", "b");
    State before = replay.state;
    replay.input(new Input.Disconnected());
    replay.nowNs += 60_000 * Replay.MS;
    replay.input(new Input.Connected());
    replay.after(500);
    assertEquals(1, replay.effects(Effect.PublishState.class).size());
    assertEquals(
        List.of(new Effect.PublishBundle(digest(MANIFEST))),
        replay.effects(Effect.PublishBundle.class));
    assertEquals(
        List.of(new Effect.PublishSpec("cam", spec(MANIFEST, 0.9))),
        replay.effects(Effect.PublishSpec.class));
    assertEquals(
        List.of(new Effect.PublishPlan("cam", before.plans().get("cam"))),
        replay.effects(Effect.PublishPlan.class));
    assertEquals(List.of("a", "b"), replay.assigned());
    assertEquals(before.plans(), replay.state.plans());
  }

  @Test
  void carriesOnAfterAPowerCutOfEverything() {
    running("a", "b", "c", "d");
    Kept kept = replay.state.kept();
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, kept);
    restarted.input(new Input.Connected());
    restarted.input(new Input.ManifestReady(digest(MANIFEST), MANIFEST));
    restarted.after(500);
    assertEquals(List.of("a", "b", "c", "d"), restarted.assigned());
    for (String agent : List.of("d", "c", "b")) {
      restarted.online(agent, capability(2));
      restarted.after(700);
      assertEquals(List.of(), restarted.effects);
    }
    restarted.online("a", capability(2));
    restarted.after(200);
    assertEquals(kept.plans(), restarted.state.plans());
    assertEquals(kept.assignments(), restarted.state.assignments());
  }

  @Test
  void plansWithoutABoardThatDoesNotComeBack() {
    running("a", "b", "c", "d");
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, replay.state.kept());
    restarted.input(new Input.Connected());
    restarted.input(new Input.ManifestReady(digest(MANIFEST), MANIFEST));
    for (String agent : List.of("d", "c", "b")) {
      restarted.online(agent, capability(2));
    }
    restarted.after(500);
    restarted.after(4_999);
    assertEquals(replay.state.plans(), restarted.state.plans());
    restarted.after(1);
    PlanMessage plan = restarted.plan("cam");
    assertEquals(replay.plan("cam").epoch() + 1, plan.epoch());
    assertTrue(plan.complete());
    assertTrue(plan.groups().stream().noneMatch(g -> g.agents().contains("a")), plan::toString);
  }

  @Test
  void doesNotWaitForABoardThatIsKnownToBeOffline() {
    running("a", "b");
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, replay.state.kept());
    restarted.input(new Input.Connected());
    restarted.input(new Input.ManifestReady(digest(MANIFEST), MANIFEST));
    restarted.online("a");
    restarted.state("b", Availability.OFFLINE, 1);
    restarted.after(500);
    assertTrue(restarted.plan("cam").complete());
    assertTrue(restarted.plan("cam").groups().stream().noneMatch(g -> g.agents().contains("b")));
  }

  @Test
  void aPlanGoesOnWhileItsBundleIsMissing() {
    running("a", "b", "c", "d");
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, replay.state.kept());
    restarted.input(new Input.Connected());
    for (String agent : List.of("a", "b", "c", "d")) {
      restarted.online(agent);
    }
    restarted.after(500);
    assertEquals(replay.state.assignments(), restarted.state.assignments());
    assertTrue(restarted.plan("cam").reasons().get(0).startsWith("waiting for bundle"));
    String fuser = restarted.plan("cam").fuser();
    restarted.state(fuser, Availability.OFFLINE, 1);
    PlanMessage plan = restarted.plan("cam");
    assertFalse(plan.fuser().equals(fuser) || plan.fuser().isEmpty(), plan::toString);
    assertEquals(1, restarted.assignment(plan.fuser()).fusers().size());
  }

  @Test
  void aSpecThatIsNewerOnTheBrokerWins() {
    running("a", "b");
    replay.input(new Input.Disconnected());
    replay.input(new Input.Connected());
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0.5)));
    replay.after(500);
    assertEquals(List.of(), replay.effects(Effect.PublishSpec.class));
    assertEquals(0.5, replay.state.specs().get("cam").successProbability());
  }

  @Test
  void aSpecThatWasRemovedMeanwhileIsNotRevived() {
    running("a", "b");
    replay.input(new Input.Disconnected());
    replay.input(new Input.Connected());
    replay.input(new Input.PlanHeard("cam", replay.plan("cam")));
    replay.after(500);
    assertEquals(Map.of(), replay.state.specs());
    assertEquals(List.of(new Effect.ClearPlan("cam")), replay.effects(Effect.ClearPlan.class));
    assertEquals(List.of(), replay.assignment("a").students());
  }

  @Test
  void agentsThatDiedWithTheBrokerAreFoundOut() {
    running("a", "b", "c", "d");
    replay.input(new Input.Disconnected());
    replay.input(new Input.Connected());
    replay.after(500);
    for (String agent : List.of("a", "b", "c")) {
      replay.online(agent);
    }
    replay.after(15_000);
    for (String agent : List.of("a", "b", "c")) {
      replay.input(new Input.ReportHeard(agent, report(1, List.of())));
    }
    replay.after(6_000);
    assertTrue(
        replay.plan("cam").groups().stream().noneMatch(g -> g.agents().contains("d")),
        () -> replay.plan("cam").toString());
  }

  @Test
  void itsOwnWillThatComesLateIsCorrected() {
    replay.ready();
    replay.input(
        new Input.OrchestratorHeard(new OrchestratorState(Availability.OFFLINE, 90, "hub")));
    assertEquals(1, replay.effects(Effect.PublishState.class).size());
    replay.input(
        new Input.OrchestratorHeard(new OrchestratorState(Availability.ONLINE, 100, "hub")));
    assertEquals(List.of(), replay.effects);
  }

  @Test
  void clearsPlanAndAssignmentsWithTheSpec() {
    running("a", "b");
    replay.input(new Input.SpecRemoved("cam"));
    assertEquals(List.of(new Effect.ClearPlan("cam")), replay.effects(Effect.ClearPlan.class));
    assertNull(replay.plan("cam"));
    for (String agent : List.of("a", "b")) {
      assertEquals(List.of(), replay.assignment(agent).students());
      assertEquals(List.of(), replay.assignment(agent).fusers());
      assertTrue(replay.assigned().contains(agent));
    }
  }

  @Test
  void aPausedDeploymentLeavesItsBoardsAloneUntilItIsWantedAgain() {
    running("a", "b");
    DeploymentSpec wish = spec(MANIFEST, 0.9);
    replay.input(new Input.SpecHeard("cam", wish.withPaused(true)));
    assertFalse(replay.plan("cam").complete());
    assertEquals(List.of("paused"), replay.plan("cam").reasons());
    for (String agent : List.of("a", "b")) {
      assertEquals(List.of(), replay.assignment(agent).students());
    }
    String fuser = replay.plan("cam").fuser();
    assertEquals(List.of(), replay.assignment(fuser).fusers().get(0).covered());
    replay.input(new Input.SpecHeard("cam", wish));
    assertTrue(replay.plan("cam").complete(), () -> replay.plan("cam").toString());
  }

  @Test
  void aRepeatedSpecChangesNothing() {
    running("a", "b");
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0.9)));
    assertEquals(List.of(), replay.effects);
  }

  @Test
  void anotherBundleRaisesTheEpochFromWhichPortionsCount() {
    running("a", "b");
    long before = replay.plan("cam").acceptFrom();
    replay.deploy("cam", manifest(1), 0);
    assertTrue(replay.plan("cam").acceptFrom() > before);
    assertEquals(1, replay.plan("cam").k());
    assertEquals(replay.plan("cam").acceptFrom(), fuserRoleAcceptFrom());
  }

  @Test
  void deploymentsShareMemoryByName() {
    replay.ready();
    replay.online("only", capability(1, false, 0, 0, 2 * STUDENT_BYTES));
    replay.deploy("b", MANIFEST, 0);
    assertTrue(replay.plan("b").complete());
    replay.deploy("a", MANIFEST, 0);
    assertTrue(replay.plan("a").complete());
    assertFalse(replay.plan("b").complete());
    assertEquals(
        List.of("a", "a"),
        replay.assignment("only").students().stream().map(StudentRole::deployment).toList());
  }

  @Test
  void aBoardMayServeTwoDeployments() {
    replay.ready();
    replay.online("only");
    replay.deploy("a", MANIFEST, 0);
    replay.deploy("b", manifest(1), 0);
    assertEquals(3, replay.assignment("only").students().size());
    assertEquals(2, replay.assignment("only").fusers().size());
  }

  @Test
  void remembersWhatAgentsMeasured() {
    running("a", "b");
    replay.input(new Input.ReportHeard("a", report(1, List.of(time("small", 8, 100)))));
    replay.input(new Input.ReportHeard("a", report(1, List.of(time("small", 99, 3)))));
    replay.input(new Input.ReportHeard("a", report(1, List.of(time("unknown", 99, 100)))));
    assertEquals(
        List.of(0.008), List.copyOf(replay.state.learning().learnt().measuredSeconds().values()));
  }

  @Test
  void ticksWithNothingDueChangeNothing() {
    running("a", "b");
    State before = replay.state;
    replay.after(1);
    assertEquals(List.of(), replay.effects);
    assertEquals(before, replay.state);
    replay.input(new Input.AgentHeard(new Tick()));
    assertEquals(before, replay.state);
  }

  private void running(String... agents) {
    replay.ready();
    for (String agent : agents) {
      replay.online(agent);
    }
    replay.deploy("cam", MANIFEST, 0.9);
    assertTrue(replay.plan("cam").complete(), () -> replay.plan("cam").toString());
  }

  private String otherThanTheFusers() {
    return replay.state.fleet().online().stream()
        .map(member -> member.id())
        .filter(agent -> !agent.equals(replay.plan("cam").fuser()))
        .filter(agent -> !agent.equals(replay.plan("cam").standby()))
        .findFirst()
        .orElseThrow();
  }

  private long fuserRoleAcceptFrom() {
    return replay.assignment(replay.plan("cam").fuser()).fusers().get(0).acceptFrom();
  }

  private static Report.ModelTime time(String student, double latencyMs, long frames) {
    return new Report.ModelTime(
        digest(MANIFEST), Strategy.ROCOIN, 2, 0, student, latencyMs, frames, 0, List.of());
  }

  private static Report report(long incarnation, List<Report.ModelTime> models) {
    return new Report(
        incarnation,
        0,
        0,
        0,
        models,
        List.of(),
        List.of(),
        List.of(),
        Report.Stops.NONE,
        List.of());
  }
}
