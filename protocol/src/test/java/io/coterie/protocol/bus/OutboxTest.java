package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OutboxTest {
  private static final long PLENTY = 1L << 30;

  @Test
  void staysBelowTheReceiveMaximumAndKeepsTheOrder() {
    Outbox outbox = new Outbox(3, PLENTY, PLENTY);
    for (int i = 0; i < 5; i++) {
      assertTrue(outbox.offer(message("t" + i, 1, 1)));
    }
    Message first = outbox.next().orElseThrow();
    assertEquals("t0", first.topic());
    assertEquals("t1", outbox.next().orElseThrow().topic());
    assertEquals(Optional.empty(), outbox.next());
    outbox.done(first);
    assertEquals("t2", outbox.next().orElseThrow().topic());
    assertEquals(Optional.empty(), outbox.next());
  }

  @Test
  void sendsOneAtATimeWhereTheBrokerTakesOne() {
    Outbox outbox = new Outbox(1, PLENTY, PLENTY);
    outbox.offer(message("a", 1, 1));
    outbox.offer(message("b", 1, 1));
    outbox.offer(message("frame", 0, 1));
    for (String topic : List.of("frame", "a", "b")) {
      Message next = outbox.next().orElseThrow();
      assertEquals(topic, next.topic());
      assertEquals(Optional.empty(), outbox.next(), "the library refuses any message now");
      outbox.done(next);
    }
  }

  @Test
  void framesOvertakeWhatWaitsForAcknowledgements() {
    Outbox outbox = new Outbox(2, PLENTY, PLENTY);
    for (int i = 0; i < 100; i++) {
      outbox.offer(message("m", 1, 1));
    }
    outbox.next();
    outbox.offer(message("frame", 0, 1));
    assertEquals("frame", outbox.next().orElseThrow().topic());
  }

  @Test
  void holdsSoManyBytesOfEachQosUntilTheyAreDone() {
    Outbox outbox = new Outbox(10, PLENTY, 10_000);
    for (int qos = 0; qos < 2; qos++) {
      Message large = message("t", qos, 9_000);
      assertTrue(outbox.offer(large));
      assertFalse(outbox.offer(large));
      assertTrue(outbox.next().isPresent());
      assertFalse(outbox.offer(large), "under way is not gone");
      outbox.done(large);
      assertTrue(outbox.offer(large));
      outbox.done(outbox.next().orElseThrow());
    }
  }

  @Test
  void takesASingleMessageThatIsLarger() {
    Outbox outbox = new Outbox(10, PLENTY, 10_000);
    assertTrue(outbox.offer(message("t", 1, 50_000)));
    assertFalse(outbox.offer(message("t", 1, 1)));
  }

  @Test
  void knowsWhatTheBrokerTakes() {
    Outbox outbox = new Outbox(10, 65_536, PLENTY);
    assertTrue(outbox.fits(message("t", 0, 65_000)));
    assertFalse(outbox.fits(message("t", 0, 65_536)));
    Message names =
        Message.to("t").payload(new byte[65_000]).property("name", "x".repeat(500)).build();
    assertFalse(outbox.fits(names));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 20, 65_535})
  void whateverComesItNeverHasMoreThanTheReceiveMaximumUnderWay(int receiveMaximum) {
    Random random = new Random(receiveMaximum);
    Outbox outbox = new Outbox(receiveMaximum, PLENTY, 5_000);
    List<Message> underWay = new ArrayList<>();
    int sent = 0;
    for (int step = 0; step < 10_000; step++) {
      if (random.nextInt(3) > 0) {
        outbox.offer(message("t", random.nextInt(2), random.nextInt(1_000)));
      } else if (!underWay.isEmpty()) {
        outbox.done(underWay.remove(random.nextInt(underWay.size())));
      }
      for (Optional<Message> next = outbox.next(); next.isPresent(); next = outbox.next()) {
        assertTrue(underWay.size() < receiveMaximum, "Paho refuses at its receive maximum");
        underWay.add(next.get());
        sent++;
      }
      assertTrue(underWay.stream().mapToLong(Message::packetBytes).sum() <= 2 * 5_000);
    }
    assertTrue(sent > 1_000, "sent " + sent);
  }

  private static Message message(String topic, int qos, int bytes) {
    return Message.to(topic).payload(new byte[bytes]).qos(qos).build();
  }
}
