package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every adapter of the message bus must do. */
public abstract class MessageBusContract {
  private static final String CONNECTED = "connected";

  /** A bus that is not yet started, to a broker that all of a test's buses share. */
  protected abstract MessageBus newBus(String clientId);

  /** Lets an adapter without threads deliver. */
  protected void pump() {}

  @Test
  void deliversEverythingAboutAMessage() throws Exception {
    try (MessageBus sender = started("a");
        MessageBus receiver = newBus("b")) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      receiver.subscribe("t/+/x", 1, received::add);
      start(receiver);
      Message sent =
          Message.to("t/1/x")
              .payload("hello")
              .qos(1)
              .contentType("text/plain")
              .responseTopic("answers/here")
              .correlation(new byte[] {1, 0, -1})
              .property("colour", "grün")
              .expirySeconds(30)
              .build();
      publishUntilReceived(sender, sent, received);
      Message message = receivedOne(received);
      assertEquals("t/1/x", message.topic());
      assertEquals("hello", message.text());
      assertEquals("text/plain", message.contentType());
      assertEquals("answers/here", message.responseTopic());
      assertArrayEquals(new byte[] {1, 0, -1}, message.correlation());
      assertEquals("grün", message.property("colour"));
      assertEquals("", message.property("absent"));
    }
  }

  @Test
  void deliversRetainedMessagesToLateSubscribers() throws Exception {
    try (MessageBus sender = started("a")) {
      sender.publish(Message.to("r/1").payload("first").qos(1).retained(true).build());
      sender.publish(Message.to("r/1").payload("kept").qos(1).retained(true).build());
      try (MessageBus receiver = started("b")) {
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        receiver.subscribe("r/#", 1, received::add);
        Message message = receivedOne(received);
        while (!message.text().equals("kept")) {
          message = receivedOne(received);
        }
        assertEquals("r/1", message.topic());
      }
    }
  }

  @Test
  void keepsTheOrderOfOneSender() throws Exception {
    try (MessageBus bus = newBus("a")) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      bus.subscribe("o/+", 1, received::add);
      start(bus);
      for (int i = 0; i < 200; i++) {
        bus.publish(Message.to("o/" + i % 3).payload(Integer.toString(i)).qos(1).build());
      }
      for (int i = 0; i < 200; i++) {
        assertEquals(Integer.toString(i), receivedOne(received).text());
      }
    }
  }

  @Test
  void deliversLargePayloadsUnchanged() throws Exception {
    try (MessageBus bus = newBus("a")) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      bus.subscribe("large", 0, received::add);
      start(bus);
      byte[] payload = new byte[600_000];
      for (int i = 0; i < payload.length; i++) {
        payload[i] = (byte) ((i * 31) >> 3);
      }
      bus.publish(Message.to("large").payload(payload).build());
      assertArrayEquals(payload, receivedOne(received).payload());
    }
  }

  @Test
  void hearsWhatTheBrokerHasConfirmed() throws Exception {
    try (MessageBus bus = newBus("a")) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      bus.subscribe("h/1", 1, received::add);
      assertFalse(bus.hears("h/1"), "before it is connected");
      start(bus);
      bus.publish(Message.to("h/1").payload("after the subscription").qos(1).build());
      receivedOne(received);
      assertTrue(bus.hears("h/1"), "once something was heard");
      assertFalse(bus.hears("h/2"), "what was not subscribed to");
      bus.unsubscribe("h/1");
      assertFalse(bus.hears("h/1"), "after its end");
    }
  }

  @Test
  void stopsDeliveringAfterUnsubscribe() throws Exception {
    try (MessageBus bus = newBus("a")) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      BlockingQueue<Message> sentinel = new LinkedBlockingQueue<>();
      bus.subscribe("u/1", 1, received::add);
      bus.subscribe("u/2", 1, sentinel::add);
      start(bus);
      bus.unsubscribe("u/1");
      bus.publish(Message.to("u/1").payload("no").qos(1).build());
      bus.publish(Message.to("u/2").payload("yes").qos(1).build());
      receivedOne(sentinel);
      assertTrue(received.isEmpty());
    }
  }

  @Test
  void survivesAHandlerThatThrows() throws Exception {
    try (MessageBus bus = newBus("a")) {
      BlockingQueue<Message> received = new LinkedBlockingQueue<>();
      bus.subscribe(
          "h",
          1,
          message -> {
            received.add(message);
            throw new IllegalStateException("thrown on purpose by a test");
          });
      start(bus);
      bus.publish(Message.to("h").payload("1").qos(1).build());
      bus.publish(Message.to("h").payload("2").qos(1).build());
      assertEquals("1", receivedOne(received).text());
      assertEquals("2", receivedOne(received).text());
    }
  }

  @Test
  void dropsAndCountsWhatIsPublishedWithoutAConnection() {
    try (MessageBus bus = newBus("a")) {
      bus.publish(Message.to("x").payload("lost").build());
      assertEquals(1, bus.dropped());
    }
  }

  private MessageBus started(String clientId) throws InterruptedException {
    MessageBus bus = newBus(clientId);
    start(bus);
    return bus;
  }

  private void start(MessageBus bus) throws InterruptedException {
    BlockingQueue<String> events = new LinkedBlockingQueue<>();
    bus.start(() -> events.add(CONNECTED));
    pump();
    assertEquals(CONNECTED, events.poll(10, TimeUnit.SECONDS));
  }

  /** A subscription of another client may take a moment to reach the broker. */
  private void publishUntilReceived(
      MessageBus sender, Message message, BlockingQueue<Message> received)
      throws InterruptedException {
    for (int attempt = 0; attempt < 50; attempt++) {
      sender.publish(message);
      pump();
      Message first = received.poll(200, TimeUnit.MILLISECONDS);
      if (first != null) {
        received.add(first);
        return;
      }
    }
  }

  private Message receivedOne(BlockingQueue<Message> received) throws InterruptedException {
    pump();
    Message message = received.poll(10, TimeUnit.SECONDS);
    assertNotNull(message, "nothing received within 10 s");
    return message;
  }
}
