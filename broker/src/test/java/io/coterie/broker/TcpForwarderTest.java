package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("broker")
final class TcpForwarderTest {
  private static final String CONNECTED = "connected";
  private static EmbeddedBroker broker;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

  @BeforeAll
  static void startBroker() throws BrokerException {
    broker = EmbeddedBroker.start(BrokerOptions.loopback(1883).behindForwarder());
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void letsClientsThroughWhileItIsOpen() throws Exception {
    try (TcpForwarder forwarder = forwarder(0);
        MessageBus client = client(forwarder.port())) {
      client.subscribe("gate/+", 1, received::add);
      client.start(new Events());
      assertNull(events.poll(300, TimeUnit.MILLISECONDS));
      forwarder.open();
      assertEquals(CONNECTED, next());
      byte[] payload = new byte[3 << 20];
      Arrays.fill(payload, (byte) 7);
      client.publish(Message.to("gate/large").payload(payload).qos(1).build());
      assertEquals(payload.length, message().payload().length);
      forwarder.shut();
      assertEquals("disconnected", next());
      assertThrows(IOException.class, () -> knock(forwarder.port()));
      forwarder.open();
      assertEquals(CONNECTED, next());
    }
  }

  @Test
  void handsOnTheWillOfAClientThatVanishes() throws Exception {
    MessageBus hub = broker.bus();
    hub.subscribe("gate-will", 1, received::add);
    hub.start(() -> {});
    Message will = Message.to("gate-will").payload("gone").qos(1).build();
    try (TcpForwarder forwarder = forwarder(0);
        MessageBus client =
            new PahoBus(
                ConnectionOptions.of(List.of(address(forwarder.port())), "vanishes")
                    .withWill(will))) {
      client.start(new Events());
      forwarder.open();
      assertEquals(CONNECTED, next());
      forwarder.shut();
      assertNotNull(received.poll(20, TimeUnit.SECONDS));
    }
    hub.close();
  }

  @Test
  void forgetsWhatIsRetained() throws Exception {
    MessageBus hub = broker.bus();
    hub.start(() -> {});
    hub.publish(Message.to("r/old").payload("old").retained(true).build());
    broker.forget().get(20, TimeUnit.SECONDS);
    hub.publish(Message.to("r/new").payload("new").retained(true).build());
    hub.subscribe("r/+", 1, received::add);
    assertEquals("new", message().text());
    assertTrue(received.isEmpty());
    hub.close();
  }

  @Test
  void saysBeforehandThatThePortIsTaken() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      BrokerException e =
          assertThrows(BrokerException.class, () -> forwarder(other.getLocalPort()));
      assertTrue(e.getMessage().contains("--port"), e.getMessage());
    }
  }

  private static TcpForwarder forwarder(int port) throws BrokerException {
    return new TcpForwarder("127.0.0.1", port, broker.port(), "--port");
  }

  private static MessageBus client(int port) {
    return new PahoBus(ConnectionOptions.of(List.of(address(port)), "client-" + port));
  }

  private static URI address(int port) {
    return URI.create("mqtt://127.0.0.1:" + port);
  }

  private static void knock(int port) throws IOException {
    new Socket(InetAddress.getLoopbackAddress(), port).close();
  }

  private Message message() throws InterruptedException {
    Message message = received.poll(20, TimeUnit.SECONDS);
    assertNotNull(message, "nothing received within 20 s");
    return message;
  }

  private String next() throws InterruptedException {
    return events.poll(20, TimeUnit.SECONDS);
  }

  private final class Events implements MessageBus.Listener {
    @Override
    public void connected() {
      events.add(CONNECTED);
    }

    @Override
    public void disconnected(String reason) {
      events.add("disconnected");
    }
  }
}
