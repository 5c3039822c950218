package io.coterie.protocol.bus;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/**
 * What one connection has to send: decides what may go to the client library now. Messages with QoS
 * 1 keep their order and stay below the number that the broker takes unacknowledged (its receive
 * maximum); messages with QoS 0 overtake them. Of each QoS, so many bytes are held at most, from
 * {@link #offer} to {@link #done}; a single message may be larger.
 *
 * <p>The client library counts messages of QoS 0 that it is writing as well, refuses any message
 * when as many as the receive maximum are under way, and has then already replaced its topic by an
 * alias that the broker does not know. So it never gets that far: never more than the receive
 * maximum are under way, and QoS 1 leaves one free where the maximum is above 1.
 *
 * <p>Not thread-safe.
 */
final class Outbox {
  private static final class Lane {
    private final Queue<Message> waiting = new ArrayDeque<>();
    private long bytes;

    boolean offer(Message message, long maxBytes) {
      long size = message.packetBytes();
      if (bytes > 0 && bytes + size > maxBytes) {
        return false;
      }
      bytes += size;
      return waiting.add(message);
    }
  }

  private final int receiveMaximum;
  private final long maxPacketBytes;
  private final long maxBytes;
  private final Lane qos0 = new Lane();
  private final Lane qos1 = new Lane();
  private int underWay;
  private int unacknowledged;

  /**
   * Starts empty.
   *
   * @param receiveMaximum of the broker, at least 1
   * @param maxPacketBytes largest packet that the broker takes
   * @param maxBytes held of each QoS
   */
  Outbox(int receiveMaximum, long maxPacketBytes, long maxBytes) {
    this.receiveMaximum = receiveMaximum;
    this.maxPacketBytes = maxPacketBytes;
    this.maxBytes = maxBytes;
  }

  /** Whether the broker takes a packet of this size. */
  boolean fits(Message message) {
    return message.packetBytes() <= maxPacketBytes;
  }

  /** Queues a message; false if there is no room. */
  boolean offer(Message message) {
    return lane(message).offer(message, maxBytes);
  }

  /** The next message that may be sent now; it counts as under way from then on. */
  Optional<Message> next() {
    if (underWay >= receiveMaximum) {
      return Optional.empty();
    }
    if (!qos0.waiting.isEmpty()) {
      underWay++;
      return Optional.of(qos0.waiting.remove());
    }
    if (unacknowledged < Math.max(1, receiveMaximum - 1) && !qos1.waiting.isEmpty()) {
      underWay++;
      unacknowledged++;
      return Optional.of(qos1.waiting.remove());
    }
    return Optional.empty();
  }

  /** Whether nothing waits and nothing is under way. */
  boolean isEmpty() {
    return underWay == 0 && qos0.waiting.isEmpty() && qos1.waiting.isEmpty();
  }

  /** A message is written to the network, is acknowledged by the broker, or could not be sent. */
  void done(Message message) {
    lane(message).bytes -= message.packetBytes();
    underWay--;
    if (message.qos() > 0) {
      unacknowledged--;
    }
  }

  private Lane lane(Message message) {
    return message.qos() == 0 ? qos0 : qos1;
  }
}
