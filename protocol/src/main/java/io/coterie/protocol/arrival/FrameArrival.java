package io.coterie.protocol.arrival;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.trace.Trace;
import java.util.zip.CRC32C;

/**
 * What the agent that answers a frame knows of it: everything but the pixels.
 *
 * @param responseTopic where its publisher also wants the answer, or empty
 * @param correlation goes back with that answer
 * @param payloadBytes size of the payload
 * @param checksum of the payload, to tell a repeated frame from another one of the same identity
 * @param trace what it is a part of
 */
public record FrameArrival(
    FrameKey key,
    String responseTopic,
    byte[] correlation,
    int payloadBytes,
    long checksum,
    Trace trace) {

  /** Of a frame that is not traced. */
  public FrameArrival(
      FrameKey key, String responseTopic, byte[] correlation, int payloadBytes, long checksum) {
    this(key, responseTopic, correlation, payloadBytes, checksum, Trace.NONE);
  }

  /** The same as a part of something else. */
  public FrameArrival partOf(Trace other) {
    return new FrameArrival(key, responseTopic, correlation, payloadBytes, checksum, other);
  }

  /** Returns what has to be kept of the message that carried the frame. */
  public static FrameArrival of(FrameKey key, Message message) {
    CRC32C crc = new CRC32C();
    crc.update(message.payload());
    return new FrameArrival(
        key,
        message.responseTopic(),
        message.correlation(),
        message.payload().length,
        crc.getValue(),
        Trace.of(message));
  }
}
