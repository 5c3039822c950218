package io.coterie.broker.guard;

import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * Follows the packets of one connection by their fixed headers (MQTT 5, section 2.1), so that what
 * is too large is noticed before any of it is kept: the broker looks at a packet's size only when
 * all of it has arrived.
 *
 * <p>Not thread-safe: belongs to one connection's event loop.
 */
final class PacketSizeLimiter {
  /**
   * The most bytes before authentication: one CONNECT packet with names, a password and a small
   * will.
   */
  static final int PRE_AUTH_BYTES = 64 << 10;

  private static final int CONNECT = 0x10;
  private static final int CONNACK = 2;
  private static final int BITS_PER_DIGIT = 7;
  private static final int LENGTH_BITS = 28;

  private final int maxPacketBytes;
  private boolean accepted;
  private boolean tooLarge;
  private boolean started;
  private boolean inLength;
  private int length;
  private int shift;
  private long toSkip;
  private long preAuthBytes;

  /**
   * @param maxPacketBytes of a packet after authentication, with its fixed header
   */
  PacketSizeLimiter(int maxPacketBytes) {
    this.maxPacketBytes = maxPacketBytes;
  }

  /** Whether an authenticated client announced a packet that is too large. */
  boolean tooLarge() {
    return tooLarge;
  }

  /**
   * Inspects bytes that have arrived. Returns the reason to end the connection, if there is one.
   */
  Optional<String> arrived(ByteBuf bytes) {
    if (!accepted) {
      preAuthBytes += bytes.readableBytes();
      if (preAuthBytes > PRE_AUTH_BYTES) {
        return Optional.of("too much before it was let in");
      }
    }
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (toSkip > 0) {
        long skipped = Math.min(toSkip, end - at);
        toSkip -= skipped;
        at += (int) skipped;
      } else {
        Optional<String> wrong = header(bytes.getUnsignedByte(at++));
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> header(int value) {
    if (!inLength) {
      if (!started && value != CONNECT) {
        return Optional.of("not MQTT");
      }
      started = true;
      inLength = true;
      length = 0;
      shift = 0;
      return Optional.empty();
    }
    length |= (value & 0x7f) << shift;
    shift += BITS_PER_DIGIT;
    boolean last = (value & 0x80) == 0;
    if (!last && shift == LENGTH_BITS) {
      return Optional.of("malformed packet length");
    }
    if (last) {
      inLength = false;
      toSkip = length;
      long bytes = 1L + shift / BITS_PER_DIGIT + length;
      if (bytes > (accepted ? maxPacketBytes : PRE_AUTH_BYTES)) {
        tooLarge = accepted;
        return Optional.of("packet too large: bytes=" + bytes);
      }
    }
    return Optional.empty();
  }

  /**
   * Inspects bytes that the broker sends. Returns true if they are the CONNACK that accepts the
   * client.
   */
  boolean isAccepted(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    if (accepted || at >= end || bytes.getUnsignedByte(at) >> 4 != CONNACK) {
      return false;
    }
    at++;
    while (at < end && (bytes.getByte(at) & 0x80) != 0) {
      at++;
    }
    int reason = at + 2;
    accepted = reason < end && bytes.getByte(reason) == 0;
    return accepted;
  }
}
