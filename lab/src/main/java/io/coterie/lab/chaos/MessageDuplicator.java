package io.coterie.lab.chaos;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Random;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Publishes again what it hears, once or twice, late and out of order, as at-least-once delivery
 * and slow paths may. Nothing is retained.
 */
final class MessageDuplicator implements AutoCloseable {
  private static final String MARK = "echo";
  private static final int LATEST_MS = 300;

  private final MessageBus bus;
  private final Random random;
  private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
  private volatile boolean on;

  /**
   * Begins to listen.
   *
   * @param bus whose connection is not disturbed
   */
  MessageDuplicator(MessageBus bus, Topics topics, String deployment, long seed) {
    this.bus = bus;
    random = new Random(seed);
    clock.setRemoveOnCancelPolicy(true);
    bus.subscribe(topics.filter(Topic.INPUT, deployment), 0, this::heard);
    bus.subscribe(topics.filter(Topic.PORTION, deployment), 0, this::heard);
    bus.subscribe(topics.filter(Topic.AGENT_STATE), 1, this::heard);
    bus.subscribe(topics.filter(Topic.AGENT_ASSIGNMENT), 1, this::heard);
  }

  void begin() {
    on = true;
  }

  void end() {
    on = false;
  }

  private void heard(Message message) {
    if (!on || message.retained() || !message.property(MARK).isEmpty()) {
      return;
    }
    Message again = copy(message);
    int times = 1 + random.nextInt(2);
    for (int i = 0; i < times; i++) {
      ScheduledFuture<?> unused =
          clock.schedule(
              () -> bus.publish(again), random.nextInt(LATEST_MS), TimeUnit.MILLISECONDS);
    }
  }

  private static Message copy(Message message) {
    Message.Builder copy =
        Message.to(message.topic())
            .payload(message.payload())
            .qos(message.qos())
            .contentType(message.contentType())
            .responseTopic(message.responseTopic())
            .correlation(message.correlation())
            .property(MARK, "1");
    message.properties().forEach(copy::property);
    return copy.build();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
