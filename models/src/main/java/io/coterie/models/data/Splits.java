package io.coterie.models.data;

import java.util.List;
import java.util.SplittableRandom;

/** Seeded orders and concatenations of images. */
public final class Splits {
  private Splits() {}

  /** The numbers below {@code n} in an order that only the seed decides. */
  public static int[] shuffled(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  static LabelledImages concatenate(List<LabelledImages> parts) {
    ImageShape shape = parts.get(0).shape();
    int count = parts.stream().mapToInt(LabelledImages::size).sum();
    byte[] pixels = new byte[Math.multiplyExact(count, shape.size())];
    int[] labels = new int[count];
    int at = 0;
    for (LabelledImages part : parts) {
      System.arraycopy(part.pixels(), 0, pixels, at * shape.size(), part.pixels().length);
      System.arraycopy(part.labels(), 0, labels, at, part.size());
      at += part.size();
    }
    return new LabelledImages(shape, pixels, labels);
  }
}
