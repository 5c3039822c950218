package io.coterie.agent.student;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.FrameKey;

/**
 * A frame that waits for its inference.
 *
 * @param arrivedNs when the agent received it
 */
public record Frame(String deployment, FrameKey key, Message message, long arrivedNs) {
  FrameStops.Id id() {
    return new FrameStops.Id(deployment, key);
  }
}
