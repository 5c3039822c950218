package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.RollingFleet.NEW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Rollout.Stage;
import io.coterie.protocol.message.RolloutRule;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which board tries a new bundle, and what becomes of the roll-out where that board does not. */
final class CanaryTest {
  private final RollingFleet fleet = new RollingFleet();

  @Test
  void takesAnotherCanaryWhereOneIsLost() {
    fleet.rollOut();
    String first = fleet.rollout().board();
    fleet.lose(first);
    assertEquals(List.of(first), fleet.rollout().lost());
    assertNotEquals(first, fleet.rollout().board());
    fleet.rounds(2);
    assertTrue(fleet.runs(NEW));
  }

  @Test
  void twoLostCanariesAreTheBundlesFault() {
    fleet.rollOut();
    fleet.lose(fleet.rollout().board());
    fleet.lose(fleet.rollout().board());
    fleet.assertReturned("were lost while they tried it");
  }

  @Test
  void aCanaryThatStartsAnewWasLost() {
    fleet.rollOut();
    String first = fleet.rollout().board();
    fleet.online(first);
    fleet.rounds(1);
    assertEquals(List.of(first), fleet.rollout().lost());
  }

  @Test
  void aCanaryThatDrainsWasNotLost() {
    fleet.rollOut();
    String first = fleet.rollout().board();
    fleet.replay.state(first, Availability.DRAINING, fleet.incarnations.get(first));
    assertNotEquals(first, fleet.rollout().board());
    assertEquals(List.of(), fleet.rollout().lost());
  }

  @Test
  void takesTheCanaryThatTheSpecNames() {
    fleet.know(NEW);
    fleet.spec(NEW, new RolloutRule(RolloutRule.Mode.STAGED, "c", 1));
    assertEquals("c", fleet.rollout().board());
  }

  @Test
  void givesUpOnACanaryThatIsNotThere() {
    fleet.know(NEW);
    fleet.spec(NEW, new RolloutRule(RolloutRule.Mode.STAGED, "attic", 1));
    assertEquals("the canary attic is not there", fleet.rollout().reason());
    fleet.rounds(13);
    fleet.assertReturned("the canary attic is not there");
  }

  @Test
  void saysWhereThereIsNoRoomForBoth() {
    RollingFleet small = new RollingFleet();
    for (String board : List.of("a", "b", "c")) {
      small.incarnations.merge(board, 1L, Long::sum);
      small.replay.online(
          board,
          Fixtures.capability(small.incarnations.get(board), false, 0, 0, Fixtures.STUDENT_BYTES));
    }
    small.rounds(1);
    small.rollOut();
    assertTrue(
        small.rollout().reason().startsWith("no room to try the new bundle"),
        small.rollout().toString());
    small.rounds(13);
    assertEquals(Stage.RETURNED, small.rollout().stage());
  }

  @Test
  void doesNotWaitForAgentsThatDoNotKnowTrials() {
    fleet.rollOut();
    String canary = fleet.rollout().board();
    Stream.of("a", "b", "c").filter(board -> !board.equals(canary)).forEach(fleet.old::add);
    fleet.rounds(5);
    assertTrue(fleet.runs(NEW));
  }

  @Test
  void aCanaryThatDoesNotKnowTrialsSaysSo() {
    fleet.old.addAll(Set.of("a", "b", "c"));
    fleet.rollOut().rounds(4);
    fleet.assertReturned("is its agent of an older release?");
  }
}
