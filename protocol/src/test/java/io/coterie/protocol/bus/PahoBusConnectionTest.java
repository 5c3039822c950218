package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Brokers that have narrow limits, or go away at any moment of a connection's life. */
@Tag("broker")
final class PahoBusConnectionTest {
  private static final long PATIENCE_SECONDS = 30;

  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<ScriptedBroker.Packet> published = new LinkedBlockingQueue<>();

  @Test
  void triesAgainWhenTheBrokerAcceptsAndEndsTheConnectionAtOnce() throws Exception {
    // Many times: which of Paho's threads is first decides what it tells.
    int rounds = 20;
    try (ScriptedBroker broker =
            new ScriptedBroker(
                (client, packet) -> {
                  if (packet.type() == ScriptedBroker.CONNECT) {
                    client.accept();
                    if (packet.connection() < rounds) {
                      client.close();
                    }
                  }
                });
        MessageBus bus = bus(broker)) {
      bus.start(new Events());
      awaitConnections(broker, rounds + 1);
      assertConnected(bus);
    }
  }

  /** 0: before it reads, 1: instead of an answer, 2: amid the answer, 3: at the subscription. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void triesAgainWhateverStateTheConnectionWasIn(int stage) throws Exception {
    try (ScriptedBroker broker =
            new ScriptedBroker(
                (client, packet) -> {
                  boolean last = packet.connection() >= 3;
                  if (!last && goesAwayAt(stage, client, packet)) {
                    client.close();
                  } else if (packet.type() == ScriptedBroker.CONNECT) {
                    client.accept();
                  } else if (packet.type() == ScriptedBroker.SUBSCRIBE) {
                    client.grant(packet);
                  }
                });
        MessageBus bus = bus(broker)) {
      bus.subscribe("t", 1, message -> {});
      bus.start(new Events());
      awaitConnections(broker, 4);
      assertConnected(bus);
    }
  }

  private static boolean goesAwayAt(
      int stage, ScriptedBroker.Client client, ScriptedBroker.Packet packet) throws IOException {
    if (packet.type() == ScriptedBroker.CONNECT && stage == 2) {
      client.send(0x20, 3, 0);
    }
    return stage < 3 || packet.type() == ScriptedBroker.SUBSCRIBE;
  }

  @Test
  void neverHasMoreUnacknowledgedThanTheReceiveMaximumAndKeepsTheOrder() throws Exception {
    int messages = 50;
    try (ScriptedBroker broker = new ScriptedBroker(this::receiveMaximumOne);
        MessageBus bus = bus(broker)) {
      bus.start(new Events());
      assertEquals("connected", next());
      for (int i = 0; i < messages; i++) {
        bus.publish(Message.to("m/" + i).payload("x").qos(1).build());
        bus.publish(Message.to("f/" + i).payload("x").build());
      }
      List<String> acknowledged = new ArrayList<>();
      List<String> others = new ArrayList<>();
      while (acknowledged.size() < messages || others.size() < messages) {
        ScriptedBroker.Packet packet = published.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertNotNull(packet, acknowledged + " " + others);
        (packet.qos() == 0 ? others : acknowledged).add(packet.topic());
      }
      assertEquals(IntStream.range(0, messages).mapToObj(i -> "m/" + i).toList(), acknowledged);
      assertEquals(IntStream.range(0, messages).mapToObj(i -> "f/" + i).toList(), others);
      assertEquals(0, bus.dropped());
    }
  }

  /** Receive maximum 1 and two topic aliases: a message that is refused must not use one up. */
  private void receiveMaximumOne(ScriptedBroker.Client client, ScriptedBroker.Packet packet)
      throws IOException {
    if (packet.type() == ScriptedBroker.CONNECT) {
      client.accept(0x21, 0, 1);
    } else if (packet.type() == ScriptedBroker.PUBLISH) {
      published.add(packet);
      if (packet.qos() == 1) {
        client.acknowledge(packet);
      }
    }
  }

  @Test
  void dropsWhatTheBrokerWouldNotTakeAndStaysConnected() throws Exception {
    try (ScriptedBroker broker =
            new ScriptedBroker(
                (client, packet) -> {
                  if (packet.type() == ScriptedBroker.CONNECT) {
                    client.accept(0x27, 0, 1, 0, 0);
                  } else if (packet.type() == ScriptedBroker.PUBLISH) {
                    published.add(packet);
                  }
                });
        MessageBus bus = bus(broker)) {
      bus.start(new Events());
      assertEquals("connected", next());
      bus.publish(Message.to("large").payload(new byte[70_000]).build());
      bus.publish(Message.to("large").payload(new byte[65_530]).build());
      bus.publish(Message.to("small").payload(new byte[65_000]).build());
      ScriptedBroker.Packet first = published.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertNotNull(first);
      assertEquals("small", first.topic());
      assertEquals(2, bus.dropped());
      assertTrue(bus.connected());
    }
  }

  @Test
  void nothingThrowsAroundClosing() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker((client, packet) -> client.accept())) {
      MessageBus bus = bus(broker);
      bus.start(new Events());
      assertEquals("connected", next());
      bus.close();
      bus.publish(Message.to("t").payload("x").qos(1).build());
      bus.subscribe("t", 1, message -> {});
      bus.unsubscribe("t");
      bus.close();
      assertEquals(1, bus.dropped());
    }
  }

  private static MessageBus bus(ScriptedBroker broker) {
    return new PahoBus(ConnectionOptions.of(List.of(broker.address()), "client"));
  }

  private static void awaitConnections(ScriptedBroker broker, int wanted) throws Exception {
    for (int connections = 0; connections < wanted; ) {
      ScriptedBroker.Packet packet = broker.packets.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertNotNull(packet, "no further attempt after " + connections);
      connections += packet.type() == ScriptedBroker.CONNECT ? 1 : 0;
    }
  }

  /** The last event is that it is connected. */
  private void assertConnected(MessageBus bus) throws Exception {
    while (!bus.connected()) {
      assertNotNull(next(), "not connected");
    }
  }

  private String next() throws InterruptedException {
    return events.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private final class Events implements MessageBus.Listener {
    @Override
    public void connected() {
      events.add("connected");
    }

    @Override
    public void disconnected(String reason) {
      events.add("disconnected");
    }
  }
}
