package io.coterie.protocol.message;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A frame's identity, which every agent finds out for itself: the MQTT 5 correlation data, or, for
 * 3.1.1 publishers, a 64-bit hash of source and payload.
 *
 * @param source last level of the input topic
 * @param frame the correlation data as text if it is a name, else its hex digits after {@code x:};
 *     or 16 hex digits of the hash after {@code h:}
 */
public record FrameKey(String source, String frame) {
  private static final int MAX_CORRELATION_BYTES = 128;

  /** As long as the hex digits of the longest correlation data, and what stands before them. */
  private static final int MAX_FRAME = 260;

  public FrameKey {
    Topics.checkName(source, "source");
    checkFrame(frame);
  }

  /** The identity of a frame that arrived on {@code input/<source>}. */
  public static FrameKey of(String source, Message message) {
    byte[] correlation = message.correlation();
    if (correlation.length == 0) {
      return new FrameKey(source, "h:" + hash(source, message.payload()));
    }
    String text = new String(correlation, StandardCharsets.ISO_8859_1);
    if (Topics.isName(text)) {
      return new FrameKey(source, text);
    }
    if (correlation.length > MAX_CORRELATION_BYTES) {
      return new FrameKey(source, "x:" + Digest.of(correlation));
    }
    return new FrameKey(source, "x:" + HexFormat.of().formatHex(correlation));
  }

  /**
   * Returns the text if it can be a frame's identity.
   *
   * @throws IllegalArgumentException otherwise
   */
  static String checkFrame(String frame) {
    if (!Topics.isName(frame) && !isDigits(frame)) {
      throw new IllegalArgumentException(
          "must be a name, or hex digits after 'x:' or 'h:', of 1 to 260 characters: frame="
              + (frame == null ? "" : frame.substring(0, Math.min(frame.length(), MAX_FRAME))));
    }
    return frame;
  }

  private static boolean isDigits(String frame) {
    return frame != null
        && frame.length() > 2
        && frame.length() <= MAX_FRAME
        && (frame.startsWith("x:") || frame.startsWith("h:"))
        && frame.chars().skip(2).allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  /** Whether the identity is the publisher's own, so that a repeat is a duplicate. */
  public boolean isPublishers() {
    return !frame.startsWith("h:");
  }

  private static String hash(String source, byte[] payload) {
    MessageDigest sha256 = Digest.sha256();
    sha256.update(source.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    return HexFormat.of().formatHex(sha256.digest(payload), 0, 8);
  }
}
