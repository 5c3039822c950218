package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.Membership;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What happens at once is planned for once. */
final class BatchTest {
  private static final Manifest MANIFEST = manifest(2);
  private static final List<String> LOST =
      IntStream.range(0, 10).mapToObj(i -> "behind-switch-" + i).toList();
  private static final List<String> STAY = List.of("a", "b", "c");

  private final Replay replay = new Replay();

  private void running() {
    replay.running(MANIFEST, Stream.concat(LOST.stream(), STAY.stream()).toArray(String[]::new));
    replay.after(200);
  }

  private static Input will(String agent) {
    AgentState offline = new AgentState(Availability.OFFLINE, 1);
    return new Input.AgentHeard(new Membership.StateHeard(agent, offline));
  }

  @Test
  void aSwitchThatTakesTenBoardsWithItMakesOnePlanAndOneEpoch() {
    running();
    long epoch = replay.state.epoch();
    replay.inputs(LOST.stream().map(BatchTest::will).toList());
    assertPlannedOnce(epoch);
  }

  /** Their broker or switch went without their wills: all fall silent in one tick. */
  @Test
  void boardsThatFallSilentInOneTickMakeOnePlanAndOneEpoch() {
    running();
    long epoch = replay.state.epoch();
    replay.nowNs += 19_000 * Replay.MS;
    for (String agent : STAY) {
      replay.input(new Input.AgentHeard(new Membership.Heard(agent, 1)));
    }
    replay.nowNs += 2_000 * Replay.MS;
    replay.input(new Input.Tick());
    assertPlannedOnce(epoch);
  }

  private void assertPlannedOnce(long epoch) {
    assertEquals(epoch + 1, replay.state.epoch());
    assertEquals(1, replay.effects(Effect.PublishPlan.class).size());
    List<String> assigned = replay.assigned();
    assertEquals(new HashSet<>(assigned).size(), assigned.size(), assigned::toString);
    PlanMessage plan = replay.plan("cam");
    assertTrue(plan.complete(), plan::toString);
    plan.groups().forEach(group -> assertTrue(STAY.containsAll(group.agents()), plan::toString));
  }

  @Test
  void specBundleAndBoardsTogetherArePlannedOnce() {
    replay.ready();
    List<Input> inputs = new ArrayList<>();
    inputs.add(new Input.SpecHeard("cam", Fixtures.spec(MANIFEST, 0)));
    inputs.add(new Input.ManifestReady(Fixtures.digest(MANIFEST), MANIFEST));
    for (String agent : STAY) {
      inputs.add(
          new Input.AgentHeard(new Membership.CapabilityHeard(agent, Fixtures.capability(1))));
      inputs.add(
          new Input.AgentHeard(
              new Membership.StateHeard(agent, new AgentState(Availability.ONLINE, 1))));
    }
    replay.inputs(inputs);
    assertEquals(1, replay.effects(Effect.PublishPlan.class).size());
    assertTrue(replay.plan("cam").complete());
  }

  @Test
  void whoLosesTheLeadInTheSameBatchPlansNoMore() {
    running();
    List<Input> inputs = new ArrayList<>(LOST.stream().map(BatchTest::will).toList());
    inputs.add(new Input.Disconnected());
    replay.inputs(inputs);
    assertEquals(List.of(), replay.effects(Effect.PublishPlan.class));
    assertFalse(replay.state.phase() == State.Phase.READY);
  }
}
