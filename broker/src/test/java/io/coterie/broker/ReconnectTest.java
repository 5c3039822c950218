package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.PahoBus;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Brokers that come late and go away. */
@Tag("broker")
final class ReconnectTest {
  private static final String CONNECTED = "connected";
  private static final String DISCONNECTED = "disconnected";

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

  @Test
  void connectsToABrokerThatComesLaterAndAgainAfterItsRestart() throws Exception {
    int port = PortCheck.reserve("127.0.0.1", 0, "--port");
    BrokerOptions options = BrokerOptions.loopback(port);
    List<java.net.URI> brokers =
        ConnectionOptions.parseBrokers("mqtt://127.0.0.1:1,mqtt://127.0.0.1:" + port);
    try (MessageBus bus = new PahoBus(ConnectionOptions.of(brokers, "client"))) {
      bus.subscribe("t", 1, received::add);
      bus.start(new Events());
      try (EmbeddedBroker first = EmbeddedBroker.start(options)) {
        assertEquals(CONNECTED, next());
        assertDelivers(bus);
        assertEquals(port, first.port());
      }
      assertEquals(DISCONNECTED, next());
      try (EmbeddedBroker second = EmbeddedBroker.start(options)) {
        assertEquals(CONNECTED, next());
        assertDelivers(bus);
        assertEquals(port, second.port());
      }
    }
  }

  @Test
  void twoOfOneIdentifierBothGoOn() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
        MessageBus elder = bus(broker);
        MessageBus younger = bus(broker)) {
      elder.subscribe("t", 1, received::add);
      elder.start(new Events());
      assertEquals(CONNECTED, next());
      younger.start(new Events());
      // The younger is connected before or after the elder hears that it lost its identifier.
      List<String> three = List.of(next(), next(), next());
      assertEquals(1, three.stream().filter(DISCONNECTED::equals).count(), three.toString());
      awaitSubscription(elder);
      assertDelivers(younger);
      assertNull(events.poll(1, TimeUnit.SECONDS), "nobody loses it again");
    }
  }

  private static MessageBus bus(EmbeddedBroker broker) {
    return new PahoBus(ConnectionOptions.of(List.of(broker.address()), "one"));
  }

  /**
   * It is sent before the connection is told of, and what another client publishes may overtake it.
   */
  private static void awaitSubscription(MessageBus bus) throws InterruptedException {
    while (!bus.hears("t")) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private void assertDelivers(MessageBus bus) throws InterruptedException {
    bus.publish(Message.to("t").payload("x").qos(1).build());
    assertNotNull(received.poll(10, TimeUnit.SECONDS));
  }

  private String next() throws InterruptedException {
    return events.poll(30, TimeUnit.SECONDS);
  }

  private final class Events implements MessageBus.Listener {
    @Override
    public void connected() {
      events.add(CONNECTED);
    }

    @Override
    public void disconnected(String reason) {
      events.add(DISCONNECTED);
    }
  }
}
