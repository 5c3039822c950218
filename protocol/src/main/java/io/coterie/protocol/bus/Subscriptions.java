package io.coterie.protocol.bus;

import io.coterie.protocol.topic.Topics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscriptions of a bus's owner with their handlers. An adapter keeps one, subscribes again
 * from it after a reconnect, and delivers arriving messages through it.
 *
 * <p>Thread-safe.
 */
public final class Subscriptions {
  private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);

  private record Subscription(int qos, Consumer<Message> handler) {}

  private final Map<String, Subscription> byFilter = new ConcurrentHashMap<>();

  /** Adds or replaces the subscription to a filter. */
  public void put(String filter, int qos, Consumer<Message> handler) {
    byFilter.put(filter, new Subscription(qos, handler));
  }

  /** Removes the subscription to a filter; false if there was none. */
  public boolean remove(String filter) {
    return byFilter.remove(filter) != null;
  }

  /** Filter and QoS of every subscription. */
  public Map<String, Integer> filters() {
    Map<String, Integer> filters = new ConcurrentHashMap<>();
    byFilter.forEach((filter, subscription) -> filters.put(filter, subscription.qos()));
    return filters;
  }

  /** Hands the message to every handler whose filter covers its topic. Never throws. */
  public void deliver(Message message) {
    byFilter.forEach(
        (filter, subscription) -> {
          if (Topics.matches(filter, message.topic())) {
            deliver(message, subscription.handler());
          }
        });
  }

  /** Hands the message to one filter's handler, if it still has one. Never throws. */
  public void deliver(Message message, String filter) {
    Subscription subscription = byFilter.get(filter);
    if (subscription != null) {
      deliver(message, subscription.handler());
    }
  }

  private static void deliver(Message message, Consumer<Message> handler) {
    try {
      handler.accept(message);
    } catch (RuntimeException e) {
      log.error("handler failed: topic={} bytes={}", message.topic(), message.payload().length, e);
    }
  }
}
