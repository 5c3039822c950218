package io.coterie.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.coterie.protocol.bus.ConnectionOptions;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.bus.MessageBusContract;
import io.coterie.protocol.bus.PahoBus;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("broker")
class InProcessBusTest extends MessageBusContract {
  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() throws BrokerException {
    broker = EmbeddedBroker.start(BrokerOptions.loopback(0));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  protected MessageBus newBus(String clientId) {
    return broker.bus();
  }

  @Test
  void talksToClientsOnSocketsBothWays() throws Exception {
    try (MessageBus client = started(new PahoBus(options("client")));
        MessageBus bus = started(broker.bus())) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      bus.subscribe(
          "ping/+",
          0,
          ping ->
              bus.publish(
                  Message.to("pong")
                      .payload(ping.payload())
                      .correlation(ping.correlation())
                      .property("p", ping.property("p"))
                      .build()));
      client.subscribe("pong", 0, received::add);
      client.publish(
          Message.to("ping/1").payload("x").correlation(new byte[] {7}).property("p", "v").build());
      Message pong = received.poll(10, TimeUnit.SECONDS);
      assertNotNull(pong, "nothing received within 10 s");
      assertEquals("x", pong.text());
      assertEquals("v", pong.property("p"));
      assertEquals(7, pong.correlation()[0]);
    }
  }

  @Test
  void deliversWhatClientsRetainedAndNotWhatTheyCleared() throws Exception {
    try (MessageBus client = started(new PahoBus(options("client")))) {
      client.publish(Message.to("state/kept").payload("x").qos(1).retained(true).build());
      client.publish(Message.to("state/cleared").payload("x").qos(1).retained(true).build());
      client.publish(Message.to("state/cleared").qos(1).retained(true).build());
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      client.subscribe("done", 1, received::add);
      client.publish(Message.to("done").qos(1).build());
      assertNotNull(received.poll(10, TimeUnit.SECONDS));
      try (MessageBus bus = started(broker.bus())) {
        received.clear();
        bus.subscribe("state/#", 1, received::add);
        assertEquals("state/kept", received.poll(10, TimeUnit.SECONDS).topic());
        bus.subscribe("end", 1, received::add);
        bus.publish(Message.to("end").build());
        assertEquals("end", received.poll(10, TimeUnit.SECONDS).topic());
      }
    }
  }

  private ConnectionOptions options(String clientId) {
    return ConnectionOptions.of(List.of(broker.address()), clientId);
  }

  private static MessageBus started(MessageBus bus) throws InterruptedException {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    bus.start(() -> events.add("connected"));
    assertNotNull(events.poll(10, TimeUnit.SECONDS), "not connected within 10 s");
    return bus;
  }
}
