package io.coterie.protocol.message;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.topic.Topics;
import java.util.Optional;

/**
 * What a fuser says to itself over the broker, to learn how old the things are that it hears: what
 * comes behind this reached the broker after it.
 *
 * @param sentNs by the sender's own clock
 */
public record LoopbackProbe(String deployment, long sentNs) {
  private static final String KIND = "kind";
  private static final String PROBE = "probe";

  public LoopbackProbe {
    Topics.checkName(deployment, "deployment");
  }

  /** The message that carries this to the sender's inbox. */
  public Message toMessage(String topic) {
    return Message.to(topic)
        .expirySeconds(1)
        .property(KIND, PROBE)
        .property("deployment", deployment)
        .property("sent", Long.toString(sentNs))
        .build();
  }

  /** Reads a message of an inbox; nothing if it is none. */
  public static Optional<LoopbackProbe> of(Message message) {
    if (!message.property(KIND).equals(PROBE)) {
      return Optional.empty();
    }
    try {
      long sentNs = Long.parseLong(message.property("sent"));
      return Optional.of(new LoopbackProbe(message.property("deployment"), sentNs));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
