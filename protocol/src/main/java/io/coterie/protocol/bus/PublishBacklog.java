package io.coterie.protocol.bus;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * A bounded queue of QoS 1 messages that wait until the broker has acknowledged earlier ones.
 *
 * <p>Thread-safe.
 */
final class PublishBacklog {
  private static final int CAPACITY = 10_000;

  private final Queue<Message> messages = new ArrayDeque<>();

  /** Adds a message. Returns false if the queue is full. */
  synchronized boolean add(Message message) {
    return messages.size() < CAPACITY && messages.add(message);
  }

  /** Removes and returns the oldest message. */
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
