package io.coterie.models.net;

import io.coterie.models.data.ImageShape;
import java.util.List;

/**
 * Size of one value between nodes, without the batch; a vector has height and width 1.
 *
 * @param channels at least 1
 * @param height rows
 * @param width columns
 */
public record Extent(int channels, int height, int width) {
  /** The size of an image. */
  public static Extent of(ImageShape image) {
    return new Extent(image.channels(), image.height(), image.width());
  }

  /** As a shape: channels, height, width. */
  public List<Integer> sizes() {
    return List.of(channels, height, width);
  }

  /** Number of values. */
  public long size() {
    return (long) channels * height * width;
  }
}
