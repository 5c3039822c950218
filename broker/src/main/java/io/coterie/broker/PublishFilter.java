package io.coterie.broker;

import io.coterie.protocol.bus.Message;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What the broker takes, from clients and from within its process.
 *
 * @param watched on which topics it is asked about
 * @param rule whether it takes a message on them
 */
record PublishFilter(Predicate<String> watched, PublishRule rule) {
  /** Takes everything. */
  static final PublishFilter ACCEPT_ALL =
      new PublishFilter(topic -> false, (sender, message) -> true);

  /**
   * Asks the rule.
   *
   * @param message made only where the rule is asked: its payload is a copy
   */
  boolean accepts(String sender, String topic, Supplier<Message> message) {
    return !watched.test(topic) || rule.accepts(sender, message.get());
  }
}
