package io.coterie.agent.capture;

import io.coterie.protocol.frame.FrameDecoder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Looks at a file's first and last bytes: boards decode it anyway, this is to say what is wrong.
 */
final class Picture {
  /** Larger ones are no frames. */
  static final int MAX_BYTES = FrameDecoder.MAX_PAYLOAD_BYTES;

  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};
  private static final byte[] JPEG_END = {(byte) 0xFF, (byte) 0xD9};
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
  private static final byte[] PNG_END = {'I', 'E', 'N', 'D'};

  /** Some cameras fill their files up with zeros. */
  private static final int MOST_PADDING = 4096;

  private Picture() {}

  /** Why the bytes are no whole picture; empty where they are one. */
  static Optional<String> objection(byte[] bytes) {
    if (bytes.length == 0) {
      return Optional.of("nothing");
    }
    boolean jpeg = startsWith(bytes, JPEG);
    if (!jpeg && !startsWith(bytes, PNG)) {
      byte[] first = Arrays.copyOf(bytes, Math.min(bytes.length, 8));
      return Optional.of(
          "neither JPEG nor PNG, but " + HexFormat.ofDelimiter(" ").formatHex(first));
    }
    return endsWith(bytes, jpeg ? JPEG_END : PNG_END)
        ? Optional.empty()
        : Optional.of("only a part of a picture, " + bytes.length + " bytes");
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    return bytes.length >= start.length
        && Arrays.equals(bytes, 0, start.length, start, 0, start.length);
  }

  private static boolean endsWith(byte[] bytes, byte[] end) {
    for (int i = bytes.length - end.length; i >= Math.max(0, bytes.length - MOST_PADDING); i--) {
      if (Arrays.equals(bytes, i, i + end.length, end, 0, end.length)) {
        return true;
      }
    }
    return false;
  }
}
