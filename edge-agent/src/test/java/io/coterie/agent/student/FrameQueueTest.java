package io.coterie.agent.student;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.FrameKey;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FrameQueueTest {
  private final FrameQueue queue = new FrameQueue(2);

  @Test
  void servesTheNewestFirst() {
    queue.add(frame("1"));
    queue.add(frame("2"));
    assertEquals("2", taken());
    assertEquals("1", taken());
  }

  @Test
  void dropsAndCountsTheOldestWhenFull() {
    queue.add(frame("1"));
    queue.add(frame("2"));
    queue.add(frame("3"));
    assertEquals(1, queue.dropped());
    assertEquals("3", taken());
    assertEquals("2", taken());
    assertEquals(0, queue.size());
  }

  @Test
  void givesNothingWhereNothingWaits() {
    assertEquals(Optional.empty(), queue.take());
  }

  @Test
  void refusesACapacityOfNothing() {
    assertThrows(IllegalArgumentException.class, () -> new FrameQueue(0));
  }

  private String taken() {
    return queue.take().orElseThrow().key().frame();
  }

  private static Frame frame(String id) {
    return new Frame("d", new FrameKey("cam", id), Message.to("t").build(), 0);
  }
}
