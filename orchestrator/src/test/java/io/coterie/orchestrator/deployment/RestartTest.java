package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.STUDENT_BYTES;
import static io.coterie.orchestrator.deployment.Fixtures.capability;
import static io.coterie.orchestrator.deployment.Fixtures.digest;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.report;
import static io.coterie.orchestrator.deployment.Fixtures.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an orchestrator makes of what it finds: on a broker that remembers, or none of it. */
final class RestartTest {
  private static final Manifest MANIFEST = manifest(2);
  private final Replay replay = new Replay();

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
    replay.running(MANIFEST, "a", "b");
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
    replay.running(MANIFEST, "a", "b");
    long term = replay.state.term() + 5_000;
    replay.online("a", capability(2, false, term, 5_000, 10 * STUDENT_BYTES));
    replay.after(200);
    Assignment assignment = replay.assignment("a");
    assertFalse(assignment.isOlderThan(term, 5_000));
    assertTrue(replay.state.term() > term);
    assertEquals(5_001, assignment.epoch());
  }

  @Test
  void repeatsAPlanThatAnotherLeaderOvertookUnderItsOwnTerm() {
    replay.running(MANIFEST, "a", "b");
    PlanMessage before = replay.plan("cam");
    long term = replay.state.term() + 5_000;
    replay.online("a", capability(1, false, term, 5_000, 10 * STUDENT_BYTES));
    replay.after(200);
    PlanMessage after = replay.plan("cam");
    assertEquals(replay.state.term(), after.term());
    assertEquals(5_001, after.epoch());
    assertEquals(before.acceptFrom(), after.acceptFrom());
    assertEquals(before.groups(), after.groups());
    replay.online("a", capability(1, false, after.term(), after.epoch(), 10 * STUDENT_BYTES));
    replay.after(200);
    assertEquals(after, replay.plan("cam"));
  }

  @Test
  void adoptsTheRetainedPlanAndMovesNobody() {
    replay.running(MANIFEST, "a", "b", "c", "d");
    State before = replay.state;
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, PersistedState.NOTHING);
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
    replay.running(MANIFEST, "a", "b");
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
    replay.running(MANIFEST, "a", "b", "c", "d");
    PersistedState persisted = replay.state.persisted();
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, persisted);
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
    assertEquals(persisted.plans(), restarted.state.plans());
    assertEquals(persisted.assignments(), restarted.state.assignments());
  }

  @Test
  void plansWithoutABoardThatDoesNotComeBack() {
    replay.running(MANIFEST, "a", "b", "c", "d");
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, replay.state.persisted());
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
    replay.running(MANIFEST, "a", "b");
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, replay.state.persisted());
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
    replay.running(MANIFEST, "a", "b", "c", "d");
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, replay.state.persisted());
    restarted.input(new Input.Connected());
    for (String agent : List.of("a", "b", "c", "d")) {
      restarted.online(agent);
    }
    restarted.after(500);
    assertEquals(replay.state.assignments(), restarted.state.assignments());
    assertTrue(restarted.plan("cam").reasons().get(0).text().startsWith("waiting for bundle"));
    String fuser = restarted.plan("cam").fuser();
    restarted.state(fuser, Availability.OFFLINE, 1);
    PlanMessage plan = restarted.plan("cam");
    assertFalse(plan.fuser().equals(fuser) || plan.fuser().isEmpty(), plan::toString);
    assertEquals(1, restarted.assignment(plan.fuser()).fusers().size());
  }

  @Test
  void aSpecThatIsNewerOnTheBrokerWins() {
    replay.running(MANIFEST, "a", "b");
    replay.input(new Input.Disconnected());
    replay.input(new Input.Connected());
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0.5)));
    replay.after(500);
    assertEquals(List.of(), replay.effects(Effect.PublishSpec.class));
    assertEquals(0.5, replay.state.specs().get("cam").successProbability());
  }

  @Test
  void aSpecThatWasRemovedMeanwhileIsNotRevived() {
    replay.running(MANIFEST, "a", "b");
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
    replay.running(MANIFEST, "a", "b", "c", "d");
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
}
