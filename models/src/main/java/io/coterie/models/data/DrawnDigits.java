package io.coterie.models.data;

import io.coterie.models.digits.MeterDigits;
import java.util.List;
import java.util.stream.IntStream;

/** The drawn pictures of {@link MeterDigits} as a data set. */
final class DrawnDigits {
  static final String NAME = "meter-digits";
  private static final int TRAIN = 24_000;
  private static final int VALIDATION = 4_000;
  private static final int TEST = 6_000;

  private DrawnDigits() {}

  /** The data set of the usual size. */
  static Dataset dataset(long seed) {
    return dataset(seed, TRAIN, VALIDATION, TEST);
  }

  /** Three splits from three seeds that share no picture. */
  static Dataset dataset(long seed, int train, int validation, int test) {
    return new Dataset(
        "%s:%d,%d,%d seed %d".formatted(NAME, train, validation, test, seed),
        IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
        images(3 * seed, train),
        images(3 * seed + 1, validation),
        images(3 * seed + 2, test),
        List.of());
  }

  private static LabelledImages images(long seed, int count) {
    ImageShape shape = new ImageShape(3, MeterDigits.SIDE, MeterDigits.SIDE);
    byte[] pixels = new byte[Math.multiplyExact(count, shape.size())];
    int[] labels = new int[count];
    IntStream.range(0, count)
        .parallel()
        .forEach(
            i -> {
              MeterDigits.Sample sample = MeterDigits.generate(seed, i);
              System.arraycopy(sample.image().values(), 0, pixels, i * shape.size(), shape.size());
              labels[i] = sample.label();
            });
    return new LabelledImages(shape, pixels, labels);
  }
}
