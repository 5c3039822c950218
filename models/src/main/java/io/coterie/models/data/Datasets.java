package io.coterie.models.data;

import io.coterie.models.digits.MeterDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Opens data sets by a short text. */
public final class Datasets {
  private static final String GENERATED = "meter-digits";

  private Datasets() {}

  /**
   * Opens {@code meter-digits} (drawn), {@code meter-digits:TRAIN,VALIDATION,TEST}, a folder of
   * CIFAR-10 in binary form, or a folder with one sub-folder of images per class.
   *
   * @param seed decides drawn pictures, and splits where the data has none of its own
   * @param shape what the images of a folder per class are brought to
   * @throws IOException if files are missing or damaged
   * @throws IllegalArgumentException if the text names no data set
   */
  public static Dataset open(String spec, long seed, ImageShape shape) throws IOException {
    if (spec.equals(GENERATED)) {
      return drawn(seed, 24_000, 4_000, 6_000);
    }
    if (spec.startsWith(GENERATED + ":")) {
      return drawn(spec.substring(GENERATED.length() + 1), seed);
    }
    Path folder = Path.of(spec);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "no data at '" + spec + "': name a folder, or " + GENERATED + " for drawn pictures");
    }
    if (Cifar10.isAt(folder)) {
      return Cifar10.read(folder, seed);
    }
    return ImageFolder.read(folder, shape, seed);
  }

  private static Dataset drawn(String sizes, long seed) {
    String[] parts = sizes.split(",", -1);
    if (parts.length != 3 || !sizes.matches("[1-9][0-9,]*")) {
      throw new IllegalArgumentException(
          "expected " + GENERATED + ":TRAIN,VALIDATION,TEST with three numbers: '" + sizes + "'");
    }
    return drawn(
        seed, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  /** Three splits of drawn pictures from three seeds that share no picture. */
  private static Dataset drawn(long seed, int train, int validation, int test) {
    return new Dataset(
        "%s:%d,%d,%d seed %d".formatted(GENERATED, train, validation, test, seed),
        IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
        drawn(3 * seed, train),
        drawn(3 * seed + 1, validation),
        drawn(3 * seed + 2, test),
        List.of());
  }

  private static LabelledImages drawn(long seed, int count) {
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
