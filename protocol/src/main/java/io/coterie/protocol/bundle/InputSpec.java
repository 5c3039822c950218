package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * The tensor every student reads: float32 {@code [batch, channels, height, width]}. A pixel value v
 * in 0..255 of channel c enters as {@code (v / 255 - mean[c]) / std[c]}. Images of another size are
 * resized by area average; greys are copied to all channels, colours are turned to grey where
 * {@code channels} is 1.
 *
 * @param channels 1 (grey) or 3 (red, green, blue)
 */
public record InputSpec(int channels, int height, int width, List<Double> mean, List<Double> std) {
  public InputSpec {
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("must be 1 or 3: input.channels=" + channels);
    }
    Check.positive(height, "input.height");
    Check.positive(width, "input.width");
    if ((long) height * width > 4096L * 4096) {
      throw new IllegalArgumentException("too large: input " + width + "x" + height);
    }
    mean = Check.list(mean, "input.mean");
    std = Check.list(std, "input.std");
    if (mean.size() != channels || std.size() != channels) {
      throw new IllegalArgumentException(
          "must have one value per channel: input.mean=" + mean + " input.std=" + std);
    }
    for (double m : mean) {
      Check.fraction(m, "input.mean");
    }
    for (double s : std) {
      Check.positive(s, "input.std");
    }
  }

  /** Number of float values of one frame. */
  public int size() {
    return channels * height * width;
  }
}
