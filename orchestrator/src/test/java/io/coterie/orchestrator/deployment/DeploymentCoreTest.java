package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.STUDENT_BYTES;
import static io.coterie.orchestrator.deployment.Fixtures.capability;
import static io.coterie.orchestrator.deployment.Fixtures.digest;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.report;
import static io.coterie.orchestrator.deployment.Fixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.Membership.Tick;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Report;
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
    assertTrue(replay.plan("cam").reasons().get(0).text().startsWith("waiting for bundle"));
  }

  @Test
  void everyPlanNamesTheGenerationThatItAnswers() {
    DeploymentSpec spec = spec(MANIFEST, 0.9).withGeneration("first");
    replay.ready();
    replay.input(new Input.SpecHeard("cam", spec));
    assertEquals("first", replay.plan("cam").generation());
    replay.input(new Input.ManifestReady(digest(MANIFEST), MANIFEST));
    for (String agent : List.of("a", "b", "c", "d")) {
      replay.online(agent);
    }
    replay.after(200);
    PlanMessage running = replay.plan("cam");
    assertTrue(running.complete());
    assertEquals("first", running.generation());
    replay.state(otherThanTheFusers(), Availability.OFFLINE, 1);
    assertEquals("first", replay.plan("cam").generation());
    DeploymentSpec withoutName = spec.withHedgeMs(50);
    replay.input(new Input.SpecHeard("cam", withoutName));
    assertTrue(replay.plan("cam").answers(withoutName));
    assertFalse(replay.plan("cam").answers(spec));
  }

  /** The same spec again is answered again, and nobody gets anything else to do. */
  @Test
  void answersAnotherGenerationOfTheSameWithoutAnotherEpoch() {
    replay.running(MANIFEST, "a", "b", "c", "d");
    PlanMessage before = replay.plan("cam");
    DeploymentSpec again = spec(MANIFEST, 0.9).withGeneration("again");
    replay.input(new Input.SpecHeard("cam", again));
    assertEquals(before.answering(again), replay.plan("cam"));
    assertEquals(List.of(), replay.assigned());
    assertEquals(
        List.of(new Effect.PublishPlan("cam", replay.plan("cam"))),
        replay.effects(Effect.PublishPlan.class));
  }

  @Test
  void saysWhyABundleCannotBeUsed() {
    replay.ready();
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0)));
    replay.input(new Input.ManifestRefused(digest(MANIFEST), "not JSON"));
    assertTrue(replay.plan("cam").reasons().get(0).text().endsWith("not JSON"));
  }

  @Test
  void saysThatThereAreNoBoards() {
    replay.ready();
    replay.deploy("cam", MANIFEST, 0);
    PlanMessage plan = replay.plan("cam");
    assertFalse(plan.complete());
    assertEquals(0, plan.k());
    assertTrue(plan.reasons().get(1).text().startsWith("no boards"), plan::toString);
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
                new OrchestratorState(
                    Availability.ONLINE,
                    replay.state.term(),
                    "hub",
                    replay.state.lease().incarnation()))),
        replay.effects(Effect.PublishState.class));
    assertTrue(replay.state.term() > 100);
  }

  @Test
  void replansWhenABoardDies() {
    replay.running(MANIFEST, "a", "b", "c", "d");
    long epoch = replay.plan("cam").epoch();
    String lost = otherThanTheFusers();
    replay.state(lost, Availability.OFFLINE, 1);
    assertEquals(epoch + 1, replay.plan("cam").epoch());
    assertTrue(replay.plan("cam").groups().stream().noneMatch(g -> g.agents().contains(lost)));
    assertTrue(replay.plan("cam").complete());
  }

  @Test
  void agentsWhoseRolesStayKeepTheirEpoch() {
    replay.running(MANIFEST, "a", "b", "c", "d");
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
    replay.running(MANIFEST, "a", "b", "c", "d");
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
    replay.running(MANIFEST, "a", "b", "c", "d");
    String draining = otherThanTheFusers();
    replay.state(draining, Availability.DRAINING, 1);
    assertEquals(List.of(), replay.assignment(draining).students());
    assertTrue(replay.assigned().contains(draining));
  }

  @Test
  void aBoardThatIsAwayKeepsItsAssignmentForItsReturn() {
    replay.running(MANIFEST, "a", "b", "c", "d");
    String away = otherThanTheFusers();
    Assignment before = replay.assignment(away);
    replay.state(away, Availability.OFFLINE, 1);
    assertEquals(before, replay.assignment(away));
  }

  @Test
  void boardsThatReturnAfterAllWereLostAreNotFencedOff() {
    replay.running(MANIFEST, "a", "b");
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
  void clearsPlanAndAssignmentsWithTheSpec() {
    replay.running(MANIFEST, "a", "b");
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
    replay.running(MANIFEST, "a", "b");
    DeploymentSpec spec = spec(MANIFEST, 0.9);
    replay.input(new Input.SpecHeard("cam", spec.withPaused(true)));
    assertFalse(replay.plan("cam").complete());
    assertEquals(List.of("paused"), Reason.texts(replay.plan("cam").reasons()));
    for (String agent : List.of("a", "b")) {
      assertEquals(List.of(), replay.assignment(agent).students());
    }
    String fuser = replay.plan("cam").fuser();
    assertEquals(List.of(), replay.assignment(fuser).fusers().get(0).covered());
    replay.input(new Input.SpecHeard("cam", spec));
    assertTrue(replay.plan("cam").complete(), () -> replay.plan("cam").toString());
  }

  @Test
  void aRepeatedSpecChangesNothing() {
    replay.running(MANIFEST, "a", "b");
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0.9)));
    assertEquals(List.of(), replay.effects);
  }

  @Test
  void anotherBundleRaisesTheEpochFromWhichPortionsCount() {
    replay.running(MANIFEST, "a", "b");
    long before = replay.plan("cam").acceptFrom();
    replay.deploy("cam", manifest(1), 0);
    assertTrue(replay.plan("cam").acceptFrom() > before);
    assertEquals(1, replay.plan("cam").k());
    assertEquals(replay.plan("cam").acceptFrom(), fuserRoleAcceptFrom());
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
    replay.running(MANIFEST, "a", "b");
    replay.input(new Input.ReportHeard("a", report(1, List.of(time("small", 8, 100)))));
    replay.input(new Input.ReportHeard("a", report(1, List.of(time("small", 99, 3)))));
    replay.input(new Input.ReportHeard("a", report(1, List.of(time("unknown", 99, 100)))));
    assertEquals(
        List.of(0.008), List.copyOf(replay.state.learning().learnt().measuredSeconds().values()));
  }

  @Test
  void ticksWithNothingDueChangeNothing() {
    replay.running(MANIFEST, "a", "b");
    State before = replay.state;
    replay.after(1);
    assertEquals(List.of(), replay.effects);
    assertEquals(before, replay.state);
    replay.input(new Input.AgentHeard(new Tick()));
    assertEquals(before, replay.state);
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
}
