package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.RollingFleet.NEW;
import static io.coterie.orchestrator.deployment.RollingFleet.OLD;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ResultCounts;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.Rollout.Stage;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.message.TrialRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who leads next goes on with a roll-out where it was, whatever the broker remembers. */
final class RolloutHandoverTest {
  private final RollingFleet fleet = new RollingFleet();

  @Test
  void aRestartedOrchestratorOnAnEmptyBrokerGoesOnWithTheCanary() {
    fleet.canary = role -> RollingFleet.running(role, 5, 0, "");
    fleet.rollOut().rounds(1);
    Rollout before = fleet.rollout();
    TrialRole role = fleet.trials(before.board()).get(0);
    restart();
    assertEquals(Stage.CANARY, fleet.rollout().stage());
    assertEquals(before.board(), fleet.rollout().board());
    assertEquals(role, fleet.trials(before.board()).get(0), "the trial does not begin anew");
    fleet.canary = r -> RollingFleet.running(r, 30, 0, "");
    fleet.rounds(8);
    assertTrue(fleet.runs(NEW));
    assertNull(fleet.rollout());
  }

  @Test
  void aRestartedOrchestratorStillKnowsWhatToReturnTo() {
    fleet.rollOut().rounds(2);
    assertEquals(Stage.REST, fleet.rollout().stage());
    restart();
    assertEquals(Stage.REST, fleet.rollout().stage());
    fleet.perReport.put(Fixtures.digest(NEW), new ResultCounts(10, 0, 40, 0));
    fleet.rounds(4);
    assertEquals(Stage.RETURNED, fleet.rollout().stage());
    assertTrue(fleet.runs(OLD));
  }

  @Test
  void aRestartedOrchestratorDoesNotTryAgainWhatFailed() {
    fleet.canary = role -> RollingFleet.failed(role, "broken");
    fleet.rollOut().rounds(1);
    restart();
    fleet.rounds(3);
    assertEquals(Stage.RETURNED, fleet.rollout().stage());
    assertTrue(fleet.rollout().reason().endsWith("broken"));
  }

  @Test
  void theBundleBeforeIsKnownWhereTheNewSpecCameWhileNobodyWasThere() {
    DeploymentSpec spec = Fixtures.spec(NEW, 0.5).withRollout(RolloutRule.staged(1));
    PersistedState persisted = fleet.replay.state.persisted();
    start(persisted);
    fleet.replay.input(new Input.SpecHeard(RollingFleet.NAME, spec));
    settle();
    assertEquals(Stage.CANARY, fleet.rollout().stage());
    assertEquals(Fixtures.digest(OLD), fleet.rollout().from().bundle());
    assertTrue(fleet.runs(OLD));
  }

  @Test
  void aStandbyThatKeptNothingGoesOnFromWhatIsRetained() {
    fleet.canary = role -> RollingFleet.running(role, 5, 0, "");
    fleet.rollOut().rounds(1);
    State before = fleet.replay.state;
    Rollout rollout = fleet.rollout();
    start(PersistedState.NOTHING);
    before.specs().forEach((name, spec) -> fleet.replay.input(new Input.SpecHeard(name, spec)));
    List<String> fetched = new ArrayList<>();
    before
        .plans()
        .forEach(
            (name, plan) -> {
              fleet.replay.input(new Input.PlanHeard(name, plan));
              fleet.replay.effects(Effect.FetchBundle.class).forEach(e -> fetched.add(e.digest()));
            });
    before
        .assignments()
        .forEach((agent, does) -> fleet.replay.input(new Input.AssignmentHeard(agent, does)));
    assertEquals(List.of(Fixtures.digest(OLD)), fetched, "the spec names the other one");
    settle();
    assertEquals(rollout.board(), fleet.rollout().board());
    assertEquals(Stage.CANARY, fleet.rollout().stage());
    fleet.canary = role -> RollingFleet.running(role, 30, 0, "");
    fleet.rounds(8);
    assertTrue(fleet.runs(NEW));
    assertNull(fleet.rollout());
  }

  @Test
  void aFollowerAdoptsTheStageThatItHears() {
    fleet.rollOut();
    Replay follower = new Replay();
    follower.state = State.initial("other", 1, PersistedState.NOTHING);
    follower.input(new Input.Connected());
    fleet
        .replay
        .state
        .plans()
        .forEach((name, plan) -> follower.input(new Input.PlanHeard(name, plan)));
    assertEquals(fleet.rollout(), follower.plan(RollingFleet.NAME).rollout());
    assertEquals(Map.of(), follower.state.tracking(), "nothing is judged by who does not lead");
  }

  /** Its process ends, and another begins with what it kept, at a broker that forgot everything. */
  private void restart() {
    start(fleet.replay.state.persisted());
    settle();
  }

  private void start(PersistedState persisted) {
    fleet.replay.state = State.initial("hub", 100, persisted);
    fleet.replay.input(new Input.Connected());
  }

  /** Bundles are at hand again and the boards say that they are there, and the time is up. */
  private void settle() {
    fleet.know(OLD);
    fleet.know(NEW);
    fleet.incarnations.forEach(
        (board, incarnation) -> fleet.replay.online(board, Fixtures.capability(incarnation)));
    fleet.replay.after(1_000);
  }
}
