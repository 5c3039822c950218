package io.coterie.broker.reception;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.message.FrameKey;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameRegistryTest {
  private static final String NAME = "porch";
  private static final FrameKey FRAME = new FrameKey("cam", "1");
  private static final FrameKey UNNAMED = new FrameKey("cam", "h:0123456789abcdef");

  private final FrameRegistry registry = new FrameRegistry();
  private long nowNs = 5;

  @Test
  void aFrameGetsOneResult() {
    taken(FRAME);
    assertTrue(answers(FRAME));
    assertFalse(answers(FRAME));
  }

  @Test
  void aResultWithoutItsFrameIsNone() {
    assertFalse(answers(FRAME));
    taken(FRAME);
    assertTrue(registry.answers("garden", FRAME, nowNs).isEmpty(), "another deployment's");
    assertFalse(answers(new FrameKey("gate", "1")), "another source's");
    assertTrue(answers(FRAME));
  }

  @Test
  void aRepeatIsTheSameFrameForAMinute() {
    taken(FRAME);
    assertTrue(answers(FRAME));
    taken(FRAME);
    assertFalse(answers(FRAME));
    nowNs += FrameRegistry.WINDOW_NS;
    taken(FRAME);
    assertTrue(answers(FRAME));
  }

  @Test
  void withoutAnIdentityOfItsPublisherEveryPictureIsNew() {
    taken(UNNAMED);
    assertTrue(answers(UNNAMED));
    taken(UNNAMED);
    assertTrue(answers(UNNAMED));
    assertFalse(answers(UNNAMED));
  }

  @Test
  void aRejectionLeavesTheFrameToBeAnswered() {
    taken(FRAME);
    registry.rejected(NAME, FRAME, nowNs);
    assertEquals(0, open());
    assertTrue(answers(FRAME), "the rejection was of another frame under its identity");
    registry.rejected(NAME, FRAME, nowNs);
    assertFalse(answers(FRAME));
  }

  @Test
  void countsFramesThatWait() {
    taken(FRAME);
    taken(UNNAMED);
    assertEquals(2, open());
    assertTrue(answers(UNNAMED));
    assertEquals(1, open());
    nowNs += 1_001;
    assertEquals(0, open(), "nobody waits for that one any more");
  }

  @Test
  void tellsOfFramesThatWaitForTooLong() {
    taken(FRAME);
    nowNs += 50;
    taken(UNNAMED);
    nowNs += 60;
    assertEquals(List.of(FRAME), overdue());
    assertTrue(answers(FRAME));
    assertEquals(List.of(), overdue());
    nowNs += 60;
    registry.rejected(NAME, UNNAMED, nowNs);
    assertEquals(List.of(), overdue());
  }

  private List<FrameKey> overdue() {
    return registry.overdue(deployment -> 100, nowNs).stream().map(o -> o.frame().key()).toList();
  }

  @Test
  void forgetsTheOldest() {
    taken(FRAME);
    for (int i = 0; i < 70_000; i++) {
      taken(new FrameKey("cam", "n" + i));
    }
    assertFalse(answers(FRAME));
    assertTrue(answers(new FrameKey("cam", "n69999")));
    nowNs += FrameRegistry.WINDOW_NS + 1;
    taken(FRAME);
    assertFalse(answers(new FrameKey("cam", "n69998")));
    assertTrue(answers(FRAME));
  }

  private void taken(FrameKey frame) {
    registry.taken(NAME, arrival(frame), nowNs);
  }

  private static FrameArrival arrival(FrameKey frame) {
    return new FrameArrival(frame, "", new byte[0], 1, 1);
  }

  private boolean answers(FrameKey frame) {
    return registry.answers(NAME, frame, nowNs).isPresent();
  }

  private int open() {
    return registry.open(1_000, nowNs);
  }
}
