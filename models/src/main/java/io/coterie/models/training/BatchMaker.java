package io.coterie.models.training;

import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.protocol.bundle.InputSpec;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Writes batches of normalised, augmented images as float32 {@code [n, height, width, channels]}. A
 * variant is one augmentation of every image: the same variant of the same image is the same for
 * teacher and students, so the teacher's outputs can be computed once for all of them.
 */
final class BatchMaker {
  /** The variant in which images are as they are. */
  static final int PLAIN = -1;

  private final LabelledImages images;
  private final Augmentation augmentation;
  private final long seed;
  private final float[][] normalised;

  BatchMaker(LabelledImages images, InputSpec input, Augmentation augmentation, long seed) {
    this.images = images;
    this.augmentation = augmentation;
    this.seed = seed;
    this.normalised = new float[input.channels()][256];
    for (int c = 0; c < input.channels(); c++) {
      for (int v = 0; v < 256; v++) {
        normalised[c][v] = (float) ((v / 255.0 - input.mean().get(c)) / input.std().get(c));
      }
    }
  }

  LabelledImages images() {
    return images;
  }

  /** The images at some positions in the given variant. */
  float[] make(int[] positions, int variant) {
    int size = images.shape().size();
    float[] out = new float[positions.length * size];
    for (int i = 0; i < positions.length; i++) {
      write(positions[i], variant, out, i * size);
    }
    return out;
  }

  /** The images {@code from..to} in the given variant. */
  float[] range(int from, int to, int variant) {
    return make(IntStream.range(from, to).toArray(), variant);
  }

  private void write(int image, int variant, float[] out, int at) {
    int dx = 0;
    int dy = 0;
    boolean mirror = false;
    if (variant != PLAIN && !augmentation.changesNothing()) {
      SplittableRandom random = new SplittableRandom(Seeds.mix(seed, variant, image));
      int span = 2 * augmentation.shift() + 1;
      dx = random.nextInt(span) - augmentation.shift();
      dy = random.nextInt(span) - augmentation.shift();
      mirror = augmentation.mirror() && mirrored(image, variant);
    }
    ImageShape shape = images.shape();
    byte[] pixels = images.pixels();
    for (int y = 0; y < shape.height(); y++) {
      int sourceY = reflected(y + dy, shape.height());
      for (int x = 0; x < shape.width(); x++) {
        int sourceX = reflected((mirror ? shape.width() - 1 - x : x) + dx, shape.width());
        for (int c = 0; c < shape.channels(); c++) {
          int row = images.offset(image) + (c * shape.height() + sourceY) * shape.width();
          out[at++] = normalised[c][pixels[row + sourceX] & 0xff];
        }
      }
    }
  }

  /** Of two variants in a row exactly one is mirrored, after Jordan, arXiv 2404.00498. */
  private boolean mirrored(int image, int variant) {
    boolean first = (Seeds.mix(seed, 9, image) & 1) == 0;
    return first == (variant % 2 == 0);
  }

  /** What would lie beyond an edge is the image reflected there. */
  private static int reflected(int at, int size) {
    int inside = at < 0 ? -at : at;
    inside = inside >= size ? 2 * (size - 1) - inside : inside;
    return Math.max(0, inside);
  }
}
