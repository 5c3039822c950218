package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.Optional;

/**
 * One student's part of the answer to one frame at one exit: the values in the payload, in a {@link
 * PortionEncoding}, the rest in user properties.
 *
 * @param bundle digest of the manifest
 * @param strategy rocoin where the message does not say
 * @param k number of partitions
 * @param partition 0 to k - 1
 * @param exit from 1; 1 where the message does not say
 * @param epoch the plan under which it was computed
 * @param agent who computed it
 * @param rejection why the frame is unusable, or empty; then there are no values; cut off after 260
 *     characters, for it may quote what the frame's publisher wrote
 */
public record Portion(
    FrameKey key,
    String bundle,
    Strategy strategy,
    int k,
    int partition,
    int exit,
    long epoch,
    String agent,
    float[] values,
    String rejection) {
  private static final String SCALE = "scale";
  private static final int LONGEST_REJECTION = 260;

  public Portion {
    Check.present(key, "key");
    Digest.check(bundle, "bundle");
    Check.positive(k, "k");
    if (partition < 0 || partition >= k) {
      throw new IllegalArgumentException("must be 0 to " + (k - 1) + ": partition=" + partition);
    }
    Check.present(strategy, "strategy");
    Check.positive(exit, "exit");
    Check.rising(epoch, "epoch");
    Topics.checkName(agent, "agent");
    Check.present(values, "values");
    Check.present(rejection, "rejection");
    rejection = rejection.substring(0, Math.min(rejection.length(), LONGEST_REJECTION));
  }

  /** The portion of a student of one stage. */
  public Portion(
      FrameKey key,
      String bundle,
      int k,
      int partition,
      long epoch,
      String agent,
      float[] values,
      String rejection) {
    this(key, bundle, Strategy.ROCOIN, k, partition, 1, epoch, agent, values, rejection);
  }

  /** The message that carries this portion on {@code topic}. */
  public Message toMessage(String topic, long expirySeconds, PortionEncoding wanted) {
    PortionEncoding encoding = wanted.fitting(values);
    float scale = PortionEncoding.scale(values);
    Message.Builder message =
        Message.to(topic)
            .payload(encoding.encode(values, scale))
            .expirySeconds(expirySeconds)
            .property("source", key.source())
            .property("frame", key.frame())
            .property("bundle", bundle)
            .property("k", Integer.toString(k))
            .property("partition", Integer.toString(partition))
            .property("epoch", Long.toString(epoch))
            .property("agent", agent);
    if (strategy != Strategy.ROCOIN) {
      message.property("strategy", strategy.text()).property("exit", Integer.toString(exit));
    }
    if (encoding == PortionEncoding.INT8) {
      message.property(SCALE, Float.toString(scale));
    }
    if (!rejection.isEmpty()) {
      message.property("rejection", rejection);
    }
    return message.build();
  }

  /** Reads a portion; nothing if the message is none. Values may be anything, also NaN. */
  public static Optional<Portion> of(Message message) {
    try {
      String scale = message.property(SCALE);
      String strategy = message.property("strategy");
      String exit = message.property("exit");
      PortionEncoding encoding = scale.isEmpty() ? PortionEncoding.FLOAT32 : PortionEncoding.INT8;
      if (message.payload().length % encoding.bytesPerValue() != 0) {
        return Optional.empty();
      }
      float[] values =
          encoding.decode(message.payload(), scale.isEmpty() ? 1 : Float.parseFloat(scale));
      return Optional.of(
          new Portion(
              new FrameKey(message.property("source"), message.property("frame")),
              message.property("bundle"),
              strategy.isEmpty() ? Strategy.ROCOIN : Strategy.parse(strategy),
              Integer.parseInt(message.property("k")),
              Integer.parseInt(message.property("partition")),
              exit.isEmpty() ? 1 : Integer.parseInt(exit),
              Long.parseLong(message.property("epoch")),
              message.property("agent"),
              values,
              message.property("rejection")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
