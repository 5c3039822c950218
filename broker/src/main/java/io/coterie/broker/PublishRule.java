package io.coterie.broker;

import io.coterie.protocol.bus.Message;

/** Decides about messages. Called on threads of the broker: thread-safe, and must not block. */
@FunctionalInterface
public interface PublishRule {
  /**
   * Whether the message is handed on.
   *
   * @param sender the client's identifier; empty for a bus within the broker's process
   */
  boolean accepts(String sender, Message message);
}
