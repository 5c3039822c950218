package io.coterie.protocol.frame;

import io.coterie.protocol.bundle.InputSpec;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * An image as unsigned bytes {@code [channels, height, width]}, row-major, 1 (grey) or 3 (red,
 * green, blue) channels.
 *
 * <p>The array is not copied: whoever made it leaves it alone. Thread-safe for reading.
 */
public final class Pixels {
  private final int channels;
  private final int height;
  private final int width;
  private final byte[] values;

  public Pixels(int channels, int height, int width, byte[] values) {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("must be 1 or 3: channels=" + channels);
    }
    if (height <= 0 || width <= 0 || values.length != channels * height * width) {
      throw new IllegalArgumentException(
          "does not fit " + channels + "x" + height + "x" + width + ": " + values.length);
    }
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.values = values;
  }

  public int channels() {
    return channels;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  /** The pixel value, 0 to 255. */
  public int at(int channel, int y, int x) {
    return values[(channel * height + y) * width + x] & 0xff;
  }

  /** The bytes themselves, {@code [channels, height, width]}. */
  public byte[] values() {
    return values;
  }

  /** This image with the channels and size that the input wants. */
  public Pixels fit(InputSpec input) {
    return withChannels(input.channels()).resized(input.height(), input.width());
  }

  /** Grey copied to three channels, or colour as its luma (ITU-R BT.601). */
  Pixels withChannels(int wanted) {
    if (wanted == channels) {
      return this;
    }
    int plane = height * width;
    byte[] out = new byte[wanted * plane];
    for (int i = 0; i < plane; i++) {
      if (wanted == 3) {
        out[i] = out[plane + i] = out[2 * plane + i] = values[i];
      } else {
        int red = values[i] & 0xff;
        int green = values[plane + i] & 0xff;
        int blue = values[2 * plane + i] & 0xff;
        out[i] = (byte) Math.round(0.299f * red + 0.587f * green + 0.114f * blue);
      }
    }
    return new Pixels(wanted, height, width, out);
  }

  /** Resized so that every new pixel is the mean of the area it covers. */
  Pixels resized(int newHeight, int newWidth) {
    if (newHeight == height && newWidth == width) {
      return this;
    }
    byte[] out = new byte[channels * newHeight * newWidth];
    float[] columnSums = new float[width];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < newHeight; y++) {
        double top = (double) y * height / newHeight;
        double bottom = (double) (y + 1) * height / newHeight;
        sumRows(c, top, bottom, columnSums);
        double area = (bottom - top) * width / newWidth;
        for (int x = 0; x < newWidth; x++) {
          double left = (double) x * width / newWidth;
          double right = (double) (x + 1) * width / newWidth;
          double mean = sum(columnSums, left, right) / area;
          out[(c * newHeight + y) * newWidth + x] = (byte) Math.round(mean);
        }
      }
    }
    return new Pixels(channels, newHeight, newWidth, out);
  }

  private void sumRows(int channel, double top, double bottom, float[] sums) {
    Arrays.fill(sums, 0);
    int last = Math.min(height, (int) Math.ceil(bottom));
    for (int row = (int) top; row < last; row++) {
      float weight = (float) (Math.min(bottom, row + 1) - Math.max(top, row));
      int offset = (channel * height + row) * width;
      for (int x = 0; x < width; x++) {
        sums[x] += weight * (values[offset + x] & 0xff);
      }
    }
  }

  private static double sum(float[] values, double from, double to) {
    double sum = 0;
    int last = Math.min(values.length, (int) Math.ceil(to));
    for (int i = (int) from; i < last; i++) {
      sum += (Math.min(to, i + 1) - Math.max(from, i)) * values[i];
    }
    return sum;
  }

  /**
   * Appends {@code (v / 255 - mean) / std} for every pixel, {@code [channels, height, width]}.
   *
   * @throws IllegalArgumentException if the image does not have the input's shape: {@link #fit} it
   */
  public void normalise(InputSpec input, FloatBuffer out) {
    if (channels != input.channels() || height != input.height() || width != input.width()) {
      throw new IllegalArgumentException(
          "image is " + channels + "x" + height + "x" + width + ", input is " + input);
    }
    int plane = height * width;
    for (int c = 0; c < channels; c++) {
      float scale = (float) (1 / (255 * input.std().get(c)));
      float offset = (float) (-input.mean().get(c) / input.std().get(c));
      for (int i = c * plane; i < (c + 1) * plane; i++) {
        out.put((values[i] & 0xff) * scale + offset);
      }
    }
  }
}
