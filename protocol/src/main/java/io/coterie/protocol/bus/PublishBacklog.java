package io.coterie.protocol.bus;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * Messages that wait for the broker to acknowledge earlier ones.
 *
 * <p>Thread-safe.
 */
final class PublishBacklog {
  private static final int CAPACITY = 10_000;

  private final Queue<Message> messages = new ArrayDeque<>();

  /** Adds a message; false if there is no room. */
  synchronized boolean add(Message message) {
    return messages.size() < CAPACITY && messages.add(message);
  }

  /** Takes the oldest message. */
  synchronized Optional<Message> poll() {
    return Optional.ofNullable(messages.poll());
  }

  synchronized boolean isEmpty() {
    return messages.isEmpty();
  }

  synchronized void clear() {
    messages.clear();
  }
}
