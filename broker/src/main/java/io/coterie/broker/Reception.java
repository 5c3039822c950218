package io.coterie.broker;

import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import io.coterie.protocol.bus.Message;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the broker takes from clients.
 *
 * @param rule whether messages on a topic are taken
 * @param turnedAway hears of those that are not
 */
record Reception(Predicate<String> rule, Consumer<Message> turnedAway) {
  /** Takes everything. */
  static final Reception OPEN = new Reception(topic -> true, message -> {});

  /** Asks the rule; the payload is copied only where it says no. */
  boolean takes(PublishPacket packet) {
    boolean taken = rule.test(packet.getTopic());
    if (!taken) {
      turnedAway.accept(Packets.message(packet));
    }
    return taken;
  }
}
