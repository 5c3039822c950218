package io.coterie.broker;

import io.coterie.protocol.bus.Message;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Decides which messages the broker accepts, from clients and from within its process.
 *
 * @param watched the topics on which the rule decides; messages on all others are accepted
 * @param rule decides about a message on a watched topic
 */
record PublishFilter(Predicate<String> watched, PublishRule rule) {
  /** Accepts every message. */
  static final PublishFilter ACCEPT_ALL =
      new PublishFilter(topic -> false, (sender, message) -> true);

  /**
   * Whether the message is accepted.
   *
   * @param message supplies the message; called only for watched topics, because it copies the
   *     payload
   */
  boolean accepts(String sender, String topic, Supplier<Message> message) {
    return !watched.test(topic) || rule.accepts(sender, message.get());
  }
}
