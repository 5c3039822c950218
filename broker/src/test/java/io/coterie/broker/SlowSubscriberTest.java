package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subscribers that do not read, beside one that does. */
@Tag("broker")
@Timeout(120)
final class SlowSubscriberTest {
  private static final int FRAME_BYTES = 100_000;
  private static final int FRAMES = 300;
  private static final int UNDER_WAY = 8;
  private static final int COME_AND_GO = 15;
  private static final long QUEUES_BYTES = 16 << 20;

  /** MQTT 3.1.1 and 5. */
  @ParameterizedTest
  @CsvSource({"4,0", "4,1", "5,0", "5,1"})
  void holdsBoundedBytesForThoseWhoDoNotRead(int version, int qos) throws Exception {
    QueueLimits patient = new QueueLimits(QUEUES_BYTES, Long.MAX_VALUE);
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0), patient);
        RawMqtt slow = subscribe(broker, "slow", version, qos);
        RawMqtt alsoSlow = subscribe(broker, "also-slow", version, qos)) {
      assertEquals(FRAMES, heardByOneWhoReads(broker, broker.bus(), qos, FRAMES));
      assertTrue(broker.queuedBytes() > QUEUES_BYTES / 4, "they read: " + broker.queuedBytes());
      assertTrue(broker.queuedBytes() <= QUEUES_BYTES, "held: " + broker.queuedBytes());
      assertTrue(broker.droppedForSlowClients() > 0);
      slow.ping();
      alsoSlow.ping();
    }
  }

  @ParameterizedTest
  @CsvSource({"4,0", "4,1", "5,0", "5,1"})
  void disconnectsThoseWhoDoNotReadForLong(int version, int qos) throws Exception {
    QueueLimits impatient = new QueueLimits(QUEUES_BYTES, 0);
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0), impatient);
        RawMqtt slow = subscribe(broker, "slow", version, qos)) {
      assertEquals(FRAMES, heardByOneWhoReads(broker, broker.bus(), qos, FRAMES));
      assertTrue(slow.rest().length > 0, "what came before it was disconnected");
    }
  }

  @Test
  void forgetsWhatWaitedForThoseWhoHaveGone() throws Exception {
    QueueLimits patient = new QueueLimits(QUEUES_BYTES, Long.MAX_VALUE);
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0), patient)) {
      for (int i = 0; i < COME_AND_GO; i++) {
        try (RawMqtt slow = subscribe(broker, "slow-" + i, 4, 1)) {
          assertEquals(FRAMES / 5, heardByOneWhoReads(broker, broker.bus(), 1, FRAMES / 5));
          slow.ping();
        }
      }
    }
  }

  /** Small, so that it takes few frames to fill it. */
  @Test
  @Tag("process")
  void aSmallProcessOutlivesThem() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                Small.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), "it hangs");
      assertEquals(0, process.exitValue());
    } finally {
      process.destroyForcibly();
    }
  }

  /** What that process runs. */
  static final class Small {
    private static final int MANY_FRAMES = 2_000;

    private Small() {}

    public static void main(String[] args) throws Exception {
      try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
          RawMqtt slow = subscribe(broker, "slow", 4, 1);
          RawMqtt alsoSlow = subscribe(broker, "also-slow", 5, 1)) {
        MessageBus publisher =
            new PahoBus(ConnectionOptions.of(List.of(broker.address()), "publisher"));
        assertEquals(MANY_FRAMES, heardByOneWhoReads(broker, publisher, 1, MANY_FRAMES));
        assertTrue(broker.droppedForSlowClients() > 0, "they read");
        slow.ping();
        alsoSlow.ping();
      }
      System.exit(0);
    }
  }

  /** A publisher that is never more than some frames ahead of a subscriber that reads. */
  private static int heardByOneWhoReads(EmbeddedBroker broker, MessageBus from, int qos, int frames)
      throws Exception {
    Semaphore underWay = new Semaphore(UNDER_WAY);
    CountDownLatch heard = new CountDownLatch(frames);
    CountDownLatch connected = new CountDownLatch(1);
    CountDownLatch subscribed = new CountDownLatch(1);
    CountDownLatch publishes = new CountDownLatch(1);
    try (MessageBus publisher = from;
        MessageBus reader = new PahoBus(ConnectionOptions.of(List.of(broker.address()), "reads"))) {
      reader.subscribe(
          "t",
          qos,
          message -> {
            if (message.payload().length == 0) {
              subscribed.countDown();
              return;
            }
            heard.countDown();
            underWay.release();
          });
      reader.start(connected::countDown);
      assertTrue(connected.await(30, TimeUnit.SECONDS));
      reader.publish(Message.to("t").qos(1).build());
      assertTrue(subscribed.await(30, TimeUnit.SECONDS));
      publisher.start(publishes::countDown);
      assertTrue(publishes.await(30, TimeUnit.SECONDS));
      for (int i = 0; i < frames && underWay.tryAcquire(10, TimeUnit.SECONDS); i++) {
        publisher.publish(Message.to("t").payload(new byte[FRAME_BYTES]).qos(1).build());
      }
      boolean all = heard.await(10, TimeUnit.SECONDS);
      return all ? frames : frames - (int) heard.getCount();
    }
  }

  private static RawMqtt subscribe(EmbeddedBroker broker, String id, int version, int qos)
      throws IOException {
    RawMqtt client = new RawMqtt(broker, id, version);
    client.subscribe("t", qos);
    return client;
  }
}
