package io.coterie.protocol.frame;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bus.Message;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * Turns a frame's payload into the input tensor, float32 {@code [1, channels, height, width]}. A
 * payload with a {@link #DTYPE} is a raw tensor; any other must be a JPEG or PNG picture.
 *
 * <p>Thread-safe.
 */
public final class FrameDecoder {
  /** User property: {@code uint8} (pixel values) or {@code float32} (normalised values). */
  public static final String DTYPE = "dtype";

  /** User property: the tensor's shape, {@code channels,height,width}. */
  public static final String SHAPE = "shape";

  /** Frames with a larger payload are rejected without a look at them. */
  public static final int MAX_PAYLOAD_BYTES = 8 << 20;

  private FrameDecoder() {}

  /**
   * Appends the values of the frame that a message carries to {@code out}.
   *
   * @throws FrameRejectedException with the reason, if it cannot be an input
   */
  public static void decode(Message frame, InputSpec input, FloatBuffer out)
      throws FrameRejectedException {
    decode(frame.payload(), frame.property(DTYPE), frame.property(SHAPE), input, out);
  }

  /**
   * Appends the input tensor's values to {@code out}.
   *
   * @param dtype value of the user property {@value #DTYPE}, or empty for a picture
   * @param shape value of the user property {@value #SHAPE}, or empty
   * @throws FrameRejectedException with the reason, if the payload cannot be an input
   */
  public static void decode(
      byte[] payload, String dtype, String shape, InputSpec input, FloatBuffer out)
      throws FrameRejectedException {
    checkSize(payload.length);
    switch (dtype) {
      case "" -> ImageDecoder.decode(payload).fit(input).normalise(input, out);
      case "uint8" -> {
        checkTensor(payload, shape, input, 1);
        new Pixels(input.channels(), input.height(), input.width(), payload).normalise(input, out);
      }
      case "float32" -> {
        checkTensor(payload, shape, input, Float.BYTES);
        floats(payload, out);
      }
      default ->
          throw new FrameRejectedException(
              "dtype is neither uint8 nor float32: " + printable(dtype));
    }
  }

  /**
   * Refuses what is too large or too small to be a frame, by its length alone.
   *
   * @throws FrameRejectedException with the reason
   */
  public static void checkSize(int payloadBytes) throws FrameRejectedException {
    if (payloadBytes == 0) {
      throw new FrameRejectedException("payload is empty");
    }
    if (payloadBytes > MAX_PAYLOAD_BYTES) {
      throw new FrameRejectedException(
          "payload of " + payloadBytes + " bytes is larger than " + MAX_PAYLOAD_BYTES);
    }
  }

  private static void checkTensor(byte[] payload, String shape, InputSpec input, int width)
      throws FrameRejectedException {
    String wanted = input.channels() + "," + input.height() + "," + input.width();
    if (!shape.isEmpty() && !shape.replace(" ", "").equals(wanted)) {
      throw new FrameRejectedException(
          "tensor shape is " + printable(shape) + ", the model reads " + wanted);
    }
    if (payload.length != input.size() * width) {
      throw new FrameRejectedException(
          "tensor has "
              + payload.length
              + " bytes, shape "
              + wanted
              + " needs "
              + input.size() * width);
    }
  }

  private static void floats(byte[] payload, FloatBuffer out) throws FrameRejectedException {
    FloatBuffer values = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    while (values.hasRemaining()) {
      float value = values.get();
      if (!Float.isFinite(value)) {
        throw new FrameRejectedException("tensor holds " + value);
      }
      out.put(value);
    }
  }

  private static String printable(String text) {
    String visible = text.replaceAll("[^\\x20-\\x7e]", "?");
    return visible.length() > 40 ? visible.substring(0, 40) + "…" : visible;
  }
}
