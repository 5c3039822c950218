package io.coterie.agent;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Decodes pictures before the agent announces itself: loading the decoders takes a small board
 * longer than a frame may, and would make its first frames late.
 */
final class DecoderWarmUp {
  /** So that decoding is compiled and not only loaded. */
  private static final int TIMES = 50;

  private static final List<String> PICTURES =
      List.of("decoder-warm-up.png", "decoder-warm-up.jpg");
  private static final InputSpec INPUT =
      new InputSpec(3, 32, 32, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  private DecoderWarmUp() {}

  /**
   * Decodes a tiny picture of each kind some times.
   *
   * @throws IOException if a decoder does not work here
   */
  static void run() throws IOException {
    FloatBuffer values = FloatBuffer.allocate(INPUT.size());
    for (String name : PICTURES) {
      byte[] picture = picture(name);
      for (int i = 0; i < TIMES; i++) {
        decode(name, picture, values.clear());
      }
    }
  }

  private static byte[] picture(String name) throws IOException {
    try (InputStream in = DecoderWarmUp.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException("the agent's package lacks " + name + ": install it again");
      }
      return in.readAllBytes();
    }
  }

  private static void decode(String name, byte[] picture, FloatBuffer values) throws IOException {
    try {
      FrameDecoder.decode(picture, "", "", INPUT, values);
    } catch (FrameRejectedException e) {
      throw new IOException("cannot decode " + name + " on this board: " + e.getMessage(), e);
    }
  }
}
