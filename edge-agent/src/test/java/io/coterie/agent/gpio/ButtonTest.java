package io.coterie.agent.gpio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Contacts that bounce, and what a press means. */
final class ButtonTest {
  private static final long MS = 1_000_000;

  @Test
  void aLevelCountsOnceItHasStood() {
    Debounce pressed = Debounce.begin(50 * MS, false, 0).edge(true, 100 * MS);
    assertEquals(false, pressed.settled());
    assertEquals(OptionalLong.of(150 * MS), pressed.dueNs());
    assertEquals(false, pressed.at(150 * MS - 1).settled());
    assertEquals(true, pressed.at(150 * MS).settled());
    assertEquals(OptionalLong.empty(), pressed.at(150 * MS).dueNs());
  }

  @Test
  void bouncingContactsCountOnceAndFromTheirLastEdge() {
    Debounce bouncing = Debounce.begin(50 * MS, false, 0);
    for (int i = 0; i <= 20; i++) {
      bouncing = bouncing.edge(i % 2 == 0, 10 * MS * i);
      assertEquals(false, bouncing.settled(), "edge " + i);
    }
    assertEquals(false, bouncing.at(249 * MS).settled());
    assertEquals(true, bouncing.at(250 * MS).settled());
  }

  @Test
  void aDisturbanceIsNoPress() {
    Debounce disturbed = Debounce.begin(50 * MS, false, 0).edge(true, 10 * MS).edge(false, 12 * MS);
    assertEquals(OptionalLong.empty(), disturbed.dueNs());
    assertEquals(false, disturbed.at(1000 * MS).settled());
  }

  /** The timer was late: the press had stood long enough when it was let go. */
  @Test
  void aPressThatStoodCountsThoughNobodyLookedMeanwhile() {
    Debounce held = Debounce.begin(50 * MS, false, 0).edge(true, 0).edge(false, 80 * MS);
    assertEquals(true, held.settled());
    assertEquals(false, held.at(130 * MS).settled());
  }

  @Test
  void withoutATimeToStandEveryEdgeCounts() {
    assertEquals(true, Debounce.begin(0, false, 0).edge(true, 1).settled());
  }

  private static Press down(long nowNs) {
    return Press.begin(false, 0).at(true, nowNs).press();
  }

  @Test
  void shortPressesAreUnderstoodWhenTheButtonIsLetGo() {
    Press.Step step = down(0).at(false, 2999 * MS);
    assertEquals(Optional.of(Press.Gesture.SHORT), step.gesture());
    assertEquals(Optional.empty(), step.press().at(false, 9000 * MS).gesture());
  }

  @Test
  void longPressesAreUnderstoodWhileTheButtonIsHeldAndOnce() {
    assertEquals(OptionalLong.of(3000 * MS), down(0).dueNs());
    Press.Step step = down(0).at(true, 3000 * MS);
    assertEquals(Optional.of(Press.Gesture.LONG), step.gesture());
    assertEquals(OptionalLong.empty(), step.press().dueNs());
    assertEquals(Optional.empty(), step.press().at(true, 9000 * MS).gesture());
    Press.Step released = step.press().at(false, 9000 * MS);
    assertEquals(Optional.empty(), released.gesture());
    assertEquals(
        Optional.of(Press.Gesture.SHORT),
        released.press().at(true, 9100 * MS).press().at(false, 9200 * MS).gesture());
  }

  @Test
  void aLongPressThatNobodyLookedAtIsOneStill() {
    Press.Step step = down(0).at(false, 5000 * MS);
    assertEquals(Optional.of(Press.Gesture.LONG), step.gesture());
    assertEquals(Optional.empty(), step.press().at(false, 5001 * MS).gesture());
  }

  @Test
  void aStuckButtonMeansNothing() {
    Press stuck = Press.begin(true, 0);
    assertEquals(OptionalLong.empty(), stuck.dueNs());
    assertEquals(Optional.empty(), stuck.at(true, 9000 * MS).gesture());
    Press.Step free = stuck.at(false, 9000 * MS);
    assertEquals(Optional.empty(), free.gesture());
    assertEquals(OptionalLong.of(13_000 * MS), free.press().at(true, 10_000 * MS).press().dueNs());
  }
}
