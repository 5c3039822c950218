package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A subscriber that does not read for longer than messages last, as a frozen board. */
@Tag("broker")
@Timeout(120)
final class StalledSubscriberTest {
  /** Far more than sockets hold. */
  private static final int MESSAGES = 900;

  private static final int BYTES = 64_000;
  private static final int EXPIRY_SECONDS = 1;
  private static final long STALL_MS = 2_500;
  private static final int CONNACK_BYTES = 4;
  private static final int SUBACK_BYTES = 5;

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void hearsWhatComesAfterThoseThatExpired(int qos) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
        MessageBus publisher =
            new PahoBus(ConnectionOptions.of(List.of(broker.address()), "publisher"));
        Socket subscriber = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      CountDownLatch connected = new CountDownLatch(1);
      publisher.start(connected::countDown);
      assertTrue(connected.await(30, TimeUnit.SECONDS));
      subscribe(subscriber, qos);
      Message.Builder expiring =
          Message.to("t").payload(new byte[BYTES]).qos(qos).expirySeconds(EXPIRY_SECONDS);
      for (int i = 0; i < MESSAGES; i++) {
        publisher.publish(expiring.build());
      }
      boolean unused = new CountDownLatch(1).await(STALL_MS, TimeUnit.MILLISECONDS);
      publisher.publish(Message.to("t").payload("after the stall").qos(1).build());
      int expired = MESSAGES - heardBeforeTheLast(subscriber);
      assertTrue(expired > 0, "nothing expired: the subscriber did not stall");
    }
  }

  /** In MQTT 3.1.1, with clean session and a keep-alive of a minute. */
  private static void subscribe(Socket socket, int qos) throws IOException {
    socket.setSoTimeout(20_000);
    OutputStream out = socket.getOutputStream();
    out.write(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 's'});
    assertEquals(CONNACK_BYTES, socket.getInputStream().readNBytes(CONNACK_BYTES).length);
    out.write(new byte[] {(byte) 0x82, 6, 0, 1, 0, 1, 't', (byte) qos});
    assertEquals(SUBACK_BYTES, socket.getInputStream().readNBytes(SUBACK_BYTES).length);
  }

  /** Reads and acknowledges messages until the small one, and counts the others. */
  private static int heardBeforeTheLast(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    for (int heard = 0; ; heard++) {
      int type = in.readUnsignedByte();
      int length = 0;
      int digit = 0x80;
      for (int shift = 0; (digit & 0x80) != 0; shift += 7) {
        digit = in.readUnsignedByte();
        length |= (digit & 0x7f) << shift;
      }
      byte[] body = in.readNBytes(length);
      if ((type & 6) != 0) {
        socket.getOutputStream().write(new byte[] {0x40, 2, body[3], body[4]});
      }
      if (length < BYTES) {
        return heard;
      }
    }
  }
}
