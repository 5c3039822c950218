package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets about as large as they may be, and answers that nobody reads. */
@Tag("broker")
final class PacketBoundsTest {
  private static final int MAX_BYTES = 100_000;
  private static final byte[] PING = {(byte) 0xc0, 0};
  private static final int PINGS = 32 << 10;
  private static EmbeddedBroker broker;

  private final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();

  @BeforeAll
  static void start() throws BrokerException {
    broker =
        EmbeddedBroker.start(
            new BrokerOptions(
                "127.0.0.1",
                0,
                OptionalInt.empty(),
                MAX_BYTES,
                Authenticator.loopbackOnly(),
                Optional.empty(),
                false));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void takesPacketsUpToTheLimitAndRefusesTheNextByte(int version) throws Exception {
    try (MessageBus bus = broker.bus();
        RawMqtt client = new RawMqtt(broker, "large", version)) {
      bus.subscribe("t", 1, heard::add);
      bus.start(() -> {});
      client.publish("t", MAX_BYTES - 1);
      client.publish("t", MAX_BYTES);
      Message below = heard.poll(10, TimeUnit.SECONDS);
      Message at = heard.poll(10, TimeUnit.SECONDS);
      assertNotNull(at, "nothing received within 10 s");
      assertEquals(1, at.payload().length - below.payload().length);
      client.publish("t", MAX_BYTES + 1);
      byte[] disconnect = {(byte) 0xe0, 2, (byte) 0x95, 0};
      assertArrayEquals(version == 5 ? disconnect : new byte[0], client.rest());
      assertTrue(heard.isEmpty());
    }
  }

  @Test
  void deliversNoMessageWithMoreUserPropertiesThanItKeeps() throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    try (MessageBus bus = broker.bus();
        MessageBus client =
            new PahoBus(ConnectionOptions.of(List.of(broker.address()), "properties"))) {
      bus.subscribe("t", 1, heard::add);
      bus.start(() -> {});
      client.start(connected::countDown);
      assertTrue(connected.await(20, TimeUnit.SECONDS));
      Message message = Message.to("t").qos(1).build();
      client.publish(message.with("n", "v".repeat(8_192)));
      client.publish(message.with("n", "v".repeat(8_191)));
      assertEquals(8_191, heard.poll(10, TimeUnit.SECONDS).property("n").length());
    }
  }

  /** Clients of this broker need no password, so only the name is looked at. */
  @ParameterizedTest
  @CsvSource({"256,0", "257,5"})
  void refusesUserNamesThatAreTooLong(int characters, int code) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      int length = 10 + 3 + 2 + characters;
      byte[] head = {0x10, (byte) ((length & 0x7f) | 0x80), (byte) (length >> 7)};
      byte[] body = {0, 4, 'M', 'Q', 'T', 'T', 4, (byte) 0x82, 0, 60, 0, 1, 'u'};
      byte[] name = {(byte) (characters >> 8), (byte) characters};
      OutputStream out = socket.getOutputStream();
      out.write(head);
      out.write(body);
      out.write(name);
      out.write("n".repeat(characters).getBytes(StandardCharsets.US_ASCII));
      assertEquals(code, socket.getInputStream().readNBytes(4)[3]);
    }
  }

  @Test
  void endsWhoAsksAndDoesNotReadTheAnswers() throws Exception {
    byte[] pings = new byte[PINGS * PING.length];
    for (int i = 0; i < pings.length; i += PING.length) {
      System.arraycopy(PING, 0, pings, i, PING.length);
    }
    try (RawMqtt client = new RawMqtt(broker, "pings", 4)) {
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 1_000; i++) {
              client.send(pings);
            }
          });
    }
  }
}
