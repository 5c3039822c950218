package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Check;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * One student's part of the answer to one frame: little-endian float32 values in the payload, the
 * rest in user properties.
 *
 * @param bundle digest of the manifest
 * @param k number of partitions
 * @param partition 0 to k - 1
 * @param epoch the plan under which it was computed
 * @param agent who computed it
 * @param rejection why the frame is unusable, or empty; then there are no values
 */
public record Portion(
    FrameKey key,
    String bundle,
    int k,
    int partition,
    long epoch,
    String agent,
    float[] values,
    String rejection) {
  public Portion {
    Check.present(key, "key");
    Digest.check(bundle, "bundle");
    Check.positive(k, "k");
    if (partition < 0 || partition >= k) {
      throw new IllegalArgumentException("must be 0 to " + (k - 1) + ": partition=" + partition);
    }
    Check.rising(epoch, "epoch");
    Check.text(agent, "agent");
    Check.present(values, "values");
    Check.present(rejection, "rejection");
  }

  /** The message that carries this portion on {@code topic}. */
  public Message toMessage(String topic, long expirySeconds) {
    ByteBuffer payload =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    payload.asFloatBuffer().put(values);
    Message.Builder message =
        Message.to(topic)
            .payload(payload.array())
            .expirySeconds(expirySeconds)
            .property("source", key.source())
            .property("frame", key.frame())
            .property("bundle", bundle)
            .property("k", Integer.toString(k))
            .property("partition", Integer.toString(partition))
            .property("epoch", Long.toString(epoch))
            .property("agent", agent);
    if (!rejection.isEmpty()) {
      message.property("rejection", rejection);
    }
    return message.build();
  }

  /** Reads a portion; nothing if the message is none. Values may be anything, also NaN. */
  public static Optional<Portion> of(Message message) {
    try {
      if (message.payload().length % Float.BYTES != 0) {
        return Optional.empty();
      }
      float[] values = new float[message.payload().length / Float.BYTES];
      ByteBuffer.wrap(message.payload()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
      return Optional.of(
          new Portion(
              new FrameKey(message.property("source"), message.property("frame")),
              message.property("bundle"),
              Integer.parseInt(message.property("k")),
              Integer.parseInt(message.property("partition")),
              Long.parseLong(message.property("epoch")),
              message.property("agent"),
              values,
              message.property("rejection")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
