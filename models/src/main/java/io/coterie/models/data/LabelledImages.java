package io.coterie.models.data;

import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.frame.Pixels;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Images of one shape with a label each, in a fixed order. Pixels are unsigned bytes {@code [n,
 * channels, height, width]} in one array, so that 50,000 small images cost one object.
 *
 * <p>The arrays are not copied: whoever made them leaves them alone. Thread-safe for reading.
 *
 * @param labels of each image, an index into the data set's label names
 */
public record LabelledImages(ImageShape shape, byte[] pixels, int[] labels) {
  public LabelledImages {
    if (pixels.length != (long) shape.size() * labels.length) {
      throw new IllegalArgumentException(
          labels.length + " labels do not fit " + pixels.length + " bytes of shape " + shape);
    }
  }

  /** Number of images. */
  public int size() {
    return labels.length;
  }

  /** The label of image {@code i}. */
  public int label(int i) {
    return labels[i];
  }

  /** All labels, a copy. */
  @Override
  public int[] labels() {
    return labels.clone();
  }

  /** Where image {@code i} begins in {@link #pixels()}. */
  public int offset(int i) {
    return i * shape.size();
  }

  /** Image {@code i}, a copy. */
  public Pixels image(int i) {
    byte[] values = Arrays.copyOfRange(pixels, offset(i), offset(i + 1));
    return new Pixels(shape.channels(), shape.height(), shape.width(), values);
  }

  /** Writes images {@code from..to} as a network with that input reads them. */
  public void normalise(InputSpec input, int from, int to, FloatBuffer out) {
    for (int i = from; i < to; i++) {
      image(i).normalise(input, out);
    }
  }

  /** The images at the given positions, in their order, a copy. */
  public LabelledImages select(int[] positions) {
    byte[] chosen = new byte[Math.multiplyExact(positions.length, shape.size())];
    int[] chosenLabels = new int[positions.length];
    for (int i = 0; i < positions.length; i++) {
      System.arraycopy(pixels, offset(positions[i]), chosen, i * shape.size(), shape.size());
      chosenLabels[i] = labels[positions[i]];
    }
    return new LabelledImages(shape, chosen, chosenLabels);
  }

  /** The first {@code n} images, or all if there are fewer. */
  public LabelledImages first(int n) {
    int count = Math.min(n, size());
    return new LabelledImages(
        shape, Arrays.copyOf(pixels, count * shape.size()), Arrays.copyOf(labels, count));
  }
}
