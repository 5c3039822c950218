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
  /** Who is not in yet sends one CONNECT: names, a password, a small will. */
  static final int PRE_AUTH_BYTES = 64 << 10;

  /** A frame of any useful size. */
  static final int MAX_PACKET_BYTES = (128 << 20) + 5;

  private static final int CONNECT = 0x10;
  private static final int CONNACK = 2;
  private static final int LENGTH_BITS = 28;

  private boolean accepted;
  private boolean started;
  private boolean inLength;
  private int length;
  private int shift;
  private long toSkip;
  private long preAuthBytes;

  /** Looks at what has arrived; the reason to end the connection, if there is one. */
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
    shift += 7;
    boolean last = (value & 0x80) == 0;
    if (!last && shift == LENGTH_BITS) {
      return Optional.of("malformed packet length");
    }
    if (last) {
      inLength = false;
      toSkip = length;
      if (length > (accepted ? MAX_PACKET_BYTES : PRE_AUTH_BYTES)) {
        return Optional.of("packet too large: bytes=" + length);
      }
    }
    return Optional.empty();
  }

  /** Looks at what the broker sends; true when that lets the client in. */
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
