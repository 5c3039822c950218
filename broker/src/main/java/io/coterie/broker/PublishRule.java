package io.coterie.broker;

import io.coterie.protocol.bus.Message;

/**
 * Decides whether the broker accepts a message. Called on threads of the broker: implementations
 * are thread-safe and must not block.
 */
@FunctionalInterface
public interface PublishRule {
  /**
   * Whether the message is accepted and delivered to its subscribers.
   *
   * @param sender the client's identifier; empty for a bus within the broker's process
   */
  boolean accepts(String sender, Message message);
}
