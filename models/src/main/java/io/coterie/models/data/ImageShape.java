package io.coterie.models.data;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.json.Check;

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

  /** Number of values of one image. */
  public int size() {
    return channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
