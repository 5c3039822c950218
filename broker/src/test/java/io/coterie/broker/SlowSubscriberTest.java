package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
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
  private static final long QUEUES_BYTES = 16 << 20;

  /** MQTT 3.1.1 and 5. */
  @ParameterizedTest
  @CsvSource({"4,0", "4,1", "5,0", "5,1"})
  void holdsBoundedBytesForThoseWhoDoNotRead(int version, int qos) throws Exception {
    QueueLimits patient = new QueueLimits(QUEUES_BYTES, Long.MAX_VALUE);
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0), patient);
        Socket slow = subscribe(broker, "slow", version, qos);
        Socket alsoSlow = subscribe(broker, "also-slow", version, qos)) {
      assertEquals(FRAMES, heardByOneWhoReads(broker, qos));
      assertTrue(broker.queuedBytes() > QUEUES_BYTES / 4, "they read: " + broker.queuedBytes());
      assertTrue(broker.queuedBytes() <= QUEUES_BYTES, "held: " + broker.queuedBytes());
      assertTrue(broker.droppedForSlowClients() > 0);
      assertTrue(slow.isConnected() && alsoSlow.isConnected());
    }
  }

  @ParameterizedTest
  @CsvSource({"4,0", "4,1", "5,0", "5,1"})
  void disconnectsThoseWhoDoNotReadForLong(int version, int qos) throws Exception {
    QueueLimits impatient = new QueueLimits(QUEUES_BYTES, 0);
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0), impatient);
        Socket slow = subscribe(broker, "slow", version, qos)) {
      assertEquals(FRAMES, heardByOneWhoReads(broker, qos));
      readToItsEnd(slow);
    }
  }

  /** A publisher that is never more than some frames ahead of a subscriber that reads. */
  private static int heardByOneWhoReads(EmbeddedBroker broker, int qos) throws Exception {
    Semaphore underWay = new Semaphore(UNDER_WAY);
    CountDownLatch heard = new CountDownLatch(FRAMES);
    CountDownLatch connected = new CountDownLatch(1);
    CountDownLatch subscribed = new CountDownLatch(1);
    try (MessageBus publisher = broker.bus();
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
      publisher.start(() -> {});
      for (int i = 0; i < FRAMES && underWay.tryAcquire(10, TimeUnit.SECONDS); i++) {
        publisher.publish(Message.to("t").payload(new byte[FRAME_BYTES]).qos(1).build());
      }
      boolean all = heard.await(10, TimeUnit.SECONDS);
      return all ? FRAMES : FRAMES - (int) heard.getCount();
    }
  }

  /** With clean session and a keep-alive of a minute. */
  private static Socket subscribe(EmbeddedBroker broker, String id, int version, int qos)
      throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.port()));
    socket.setSoTimeout(20_000);
    byte[] properties = version == 5 ? new byte[1] : new byte[0];
    byte[] start = {0, 4, 'M', 'Q', 'T', 'T', (byte) version, 2, 0, 60};
    byte[] name = {0, (byte) id.length()};
    packet(socket, 0x10, start, properties, name, id.getBytes(StandardCharsets.US_ASCII));
    assertEquals(0x20, answer(socket));
    packet(socket, 0x82, new byte[] {0, 1}, properties, new byte[] {0, 1, 't', (byte) qos});
    assertEquals(0x90, answer(socket));
    return socket;
  }

  private static void packet(Socket socket, int type, byte[]... parts) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.write(part);
    }
    socket.getOutputStream().write(new byte[] {(byte) type, (byte) body.size()});
    socket.getOutputStream().write(body.toByteArray());
  }

  /** The type of the next packet, which is short. */
  private static int answer(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    int type = in.read();
    in.skipNBytes(in.read());
    return type;
  }

  private static void readToItsEnd(Socket socket) throws IOException {
    byte[] buffer = new byte[FRAME_BYTES];
    try {
      InputStream in = socket.getInputStream();
      while (in.read(buffer) >= 0) {
        // What it still gets does not matter.
      }
    } catch (SocketException e) {
      // Reset, for not everything could be sent.
    }
  }
}
