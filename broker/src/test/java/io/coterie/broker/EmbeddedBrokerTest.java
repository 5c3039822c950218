package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("broker")
class EmbeddedBrokerTest {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void start() throws BrokerException {
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @Test
  void saysThatAPortIsTaken() {
    var thrown =
        assertThrows(
            BrokerException.class,
            () -> EmbeddedBroker.start(BrokerOptions.loopback(broker.port())));
    assertTrue(
        thrown.getMessage().startsWith("port " + broker.port() + " is taken"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("--port"), thrown.getMessage());
  }

  @Test
  void saysThatAnAddressIsNotOfThisMachine() {
    BrokerOptions options = BrokerOptions.loopback(0).withBindAddress("192.0.2.1");
    var thrown = assertThrows(BrokerException.class, () -> EmbeddedBroker.start(options));
    assertTrue(thrown.getMessage().contains("--bind"), thrown.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "", "<x/>", "1.2.3.4 "})
  void refusesAddressesThatAreNoNumbers(String address) {
    BrokerOptions options = BrokerOptions.loopback(0);
    assertThrows(IllegalArgumentException.class, () -> options.withBindAddress(address));
  }

  @Test
  void restoresTheUncaughtExceptionHandlerAndFreesThePort() throws Exception {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    EmbeddedBroker second = EmbeddedBroker.start(BrokerOptions.loopback(0));
    assertSame(before, Thread.getDefaultUncaughtExceptionHandler());
    int port = second.port();
    second.close();
    second.close();
    assertSame(before, Thread.getDefaultUncaughtExceptionHandler());
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertEquals(port, socket.getLocalPort());
    }
  }

  @Test
  void leavesNothingInTheTemporaryFolder() {
    assertFalse(Files.exists(broker.folder()), () -> broker.folder().toString());
  }

  @Test
  void listensForWebSocketsToo() throws Exception {
    try (EmbeddedBroker second =
            EmbeddedBroker.start(BrokerOptions.loopback(0).withWebSocketPort(0));
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), second.webSocketPort().orElseThrow())) {
      String request =
          """
          GET /mqtt HTTP/1.1
          Host: hub
          Upgrade: websocket
          Connection: Upgrade
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
          Sec-WebSocket-Version: 13
          Sec-WebSocket-Protocol: mqtt

          """
              .replace("\n", "\r\n");
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(12);
      assertEquals("HTTP/1.1 101", new String(answer, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void refusesWhoIsNotAdmitted() throws Exception {
    BrokerOptions options =
        BrokerOptions.loopback(0).withAuthenticator(request -> Optional.empty());
    try (EmbeddedBroker second = EmbeddedBroker.start(options);
        Socket socket = connect(second)) {
      socket.getOutputStream().write(HexFormat.of().parseHex(CONNECT_WITH_WILL));
      byte[] connack = socket.getInputStream().readNBytes(4);
      assertEquals(0x20, connack[0]);
      assertEquals(0x05, connack[3], "not authorised");
    }
  }

  @Test
  void takesOnlyWhatItIsToldTo() throws Exception {
    BlockingQueue<Message> turnedAway = new LinkedBlockingQueue<>();
    BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    try (MessageBus hub = broker.bus();
        MessageBus client = client("publisher")) {
      hub.subscribe("frames/+", 1, received::add);
      hub.start(() -> {});
      BlockingQueue<String> senders = new LinkedBlockingQueue<>();
      broker.setPublishFilter(
          topic -> topic.equals("frames/porch"),
          (sender, message) -> !(senders.add(sender) && turnedAway.add(message)));
      publish(client, "frames/porch", "away");
      publish(client, "frames/other", "taken");
      assertEquals("away", turnedAway.poll(10, TimeUnit.SECONDS).text());
      assertEquals("publisher", senders.poll());
      assertEquals("taken", received.poll(10, TimeUnit.SECONDS).text());
      publish(hub, "frames/porch", "from within");
      assertEquals("from within", turnedAway.poll(10, TimeUnit.SECONDS).text());
      assertEquals("", senders.poll());
      broker.setPublishFilter(topic -> false, (sender, message) -> false);
      publish(client, "frames/porch", "taken now");
      assertEquals("taken now", received.poll(10, TimeUnit.SECONDS).text());
      assertEquals(0, turnedAway.size());
    }
  }

  @Test
  void knowsWhoHearsWhat() throws Exception {
    BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    try (MessageBus listener = client("listener")) {
      assertFalse(broker.isSubscribed("listen", "heard/+"));
      listener.subscribe("heard/+", 1, received::add);
      publish(listener, "heard/1", "confirmed before this came back");
      assertNotNull(received.poll(10, TimeUnit.SECONDS));
      assertTrue(broker.isSubscribed("listen", "heard/+"));
      assertFalse(broker.isSubscribed("other", "heard/+"), "another client's");
      assertFalse(broker.isSubscribed("listen", "heard/1"), "another filter");
      listener.unsubscribe("heard/+");
      listener.subscribe("sentinel", 1, received::add);
      publish(listener, "sentinel", "after the end");
      assertNotNull(received.poll(10, TimeUnit.SECONDS));
      assertFalse(broker.isSubscribed("listen", "heard/+"));
      assertTrue(broker.isSubscribed("listen", "sentinel"));
    }
    try (MessageBus hub = broker.bus()) {
      hub.subscribe("heard/+", 1, received::add);
      hub.start(() -> {});
      assertTrue(broker.isSubscribed("nobody", "heard/+"), "within the process");
    }
    assertFalse(broker.isSubscribed("", "heard/+"), "after they have gone");
  }

  private static MessageBus client(String id) throws InterruptedException {
    CountDownLatch connected = new CountDownLatch(1);
    MessageBus client = new PahoBus(ConnectionOptions.of(List.of(broker.address()), id));
    client.start(connected::countDown);
    assertTrue(connected.await(20, TimeUnit.SECONDS));
    return client;
  }

  private static void publish(MessageBus bus, String topic, String text) {
    bus.publish(Message.to(topic).payload(text).qos(1).build());
  }

  @Test
  void admitsThisMachineAndNobodyElse() throws Exception {
    assertTrue(admits("127.0.0.1"));
    assertTrue(admits("::1"));
    assertFalse(admits("192.0.2.1"));
  }

  private static boolean admits(String address) throws Exception {
    return Authenticator.loopbackOnly()
        .authenticate(
            new Authenticator.ConnectRequest(
                "id", Optional.of(InetAddress.getByName(address)), false, "", new byte[0]))
        .isPresent();
  }

  @Test
  void keepsRetainedMessagesForLateSubscribers() throws Exception {
    try (MessageBus sender = paho("retainer")) {
      sender.publish(Message.to("kept/1").payload("x").qos(1).retained(true).build());
      try (MessageBus receiver = paho("late")) {
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        receiver.subscribe("kept/+", 1, received::add);
        assertEquals("x", next(received).text());
      }
    }
  }

  @Test
  void carriesLargePayloads() throws Exception {
    byte[] payload = new byte[4 << 20];
    payload[payload.length - 1] = 42;
    try (MessageBus bus = paho("large")) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      bus.subscribe("large", 1, received::add);
      bus.publish(Message.to("large").payload(payload).qos(1).build());
      assertArrayEquals(payload, next(received).payload());
    }
  }

  /** MQTT 3.1.1, client "w", keep-alive 10 s, will "gone" on "will/w" at QoS 1. */
  private static final String CONNECT_WITH_WILL =
      "101b00044d515454040e000a" + "000177" + "000677696c6c2f77" + "0004676f6e65";

  @Test
  void handsTheWillOfAKilledConnectionToSocketsAndInProcessBuses() throws Exception {
    BlockingQueue<Message> bySocket = new LinkedBlockingQueue<>();
    BlockingQueue<Message> inProcess = new LinkedBlockingQueue<>();
    try (MessageBus paho = paho("watcher");
        MessageBus bus = started(broker.bus())) {
      paho.subscribe("will/+", 1, bySocket::add);
      bus.subscribe("will/+", 1, inProcess::add);
      try (Socket socket = connect(broker)) {
        OutputStream out = socket.getOutputStream();
        out.write(HexFormat.of().parseHex(CONNECT_WITH_WILL));
        assertEquals(0, socket.getInputStream().readNBytes(4)[3], "accepted");
        socket.setSoLinger(true, 0);
      }
      assertEquals("gone", next(bySocket).text());
      assertEquals("gone", next(inProcess).text());
    }
  }

  @Test
  void handsNoWillAfterAGoodbye() throws Exception {
    BlockingQueue<Message> received = new LinkedBlockingQueue<>();
    try (MessageBus bus = started(broker.bus())) {
      bus.subscribe("will/+", 1, received::add);
      bus.subscribe("after", 1, received::add);
      try (Socket socket = connect(broker)) {
        socket.getOutputStream().write(HexFormat.of().parseHex(CONNECT_WITH_WILL));
        assertEquals(0, socket.getInputStream().readNBytes(4)[3], "accepted");
        socket.getOutputStream().write(new byte[] {(byte) 0xe0, 0});
        assertEquals(-1, socket.getInputStream().read(), "closed by the broker");
      }
      bus.publish(Message.to("after").build());
      assertEquals("after", next(received).topic());
    }
  }

  @Test
  void tellsInProcessBusesThatItStops() throws Exception {
    EmbeddedBroker second = EmbeddedBroker.start(BrokerOptions.loopback(0));
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    MessageBus bus = second.bus();
    bus.start(
        new MessageBus.Listener() {
          @Override
          public void connected() {
            events.add("connected");
          }

          @Override
          public void disconnected(String reason) {
            events.add(reason);
          }
        });
    second.close();
    assertEquals("connected", events.poll(10, TimeUnit.SECONDS));
    assertEquals("broker stopped", events.poll(10, TimeUnit.SECONDS));
    assertFalse(bus.connected());
    bus.publish(Message.to("x").build());
    assertEquals(1, bus.dropped());
    bus.close();
  }

  private static Socket connect(EmbeddedBroker to) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), to.port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static MessageBus paho(String clientId) throws InterruptedException {
    List<URI> brokers = List.of(broker.address());
    return started(new PahoBus(ConnectionOptions.of(brokers, clientId)));
  }

  private static MessageBus started(MessageBus bus) throws InterruptedException {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    bus.start(() -> events.add("connected"));
    assertNotNull(events.poll(10, TimeUnit.SECONDS), "not connected within 10 s");
    return bus;
  }

  private static Message next(BlockingQueue<Message> received) throws InterruptedException {
    Message message = received.poll(10, TimeUnit.SECONDS);
    assertNotNull(message, "nothing received within 10 s");
    return message;
  }
}
