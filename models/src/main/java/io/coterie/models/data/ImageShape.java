package io.coterie.models.data;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * Size of every image of a data set.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 * @param height rows, in pixels
 * @param width columns, in pixels
 */
public record ImageShape(int channels, int height, int width) {
  public ImageShape {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("must be 1 or 3: channels=" + channels);
    }
    Check.positive(height, "height");
    Check.positive(width, "width");
  }

  /** The shape that a bundle's models read. */
  public static ImageShape of(InputSpec input) {
    return new ImageShape(input.channels(), input.height(), input.width());
  }

  /**
   * Reads what {@link #toString} writes, such as {@code 1x28x28}.
   *
   * @throws IllegalArgumentException if it is no shape
   */
  public static ImageShape parse(String text) {
    if (!text.matches("[13]x[1-9]\\d{0,3}x[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException(
          "expected CHANNELSxHEIGHTxWIDTH such as 1x28x28 or 3x32x32: '" + text + "'");
    }
    String[] parts = text.split("x", -1);
    return new ImageShape(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  /** Images of this shape, normalised by a mean and a deviation of each channel. */
  public InputSpec input(List<Double> mean, List<Double> std) {
    return new InputSpec(channels, height, width, mean, std);
  }

  /** Channels, height, width. */
  public List<Integer> sizes() {
    return List.of(channels, height, width);
  }

  /** Number of values of one image. */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
