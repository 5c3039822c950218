package io.coterie.models.data;

import io.coterie.protocol.bundle.InputSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;

/** Opens data sets by a short text. */
public final class Datasets {
  private static final String GENERATED = DrawnDigits.NAME;
  private static final ImageShape DEFAULT_SHAPE = new ImageShape(3, 32, 32);

  private Datasets() {}

  /**
   * Opens {@code meter-digits} (drawn), {@code meter-digits:TRAIN,VALIDATION,TEST}, a folder of
   * CIFAR-10 in binary form, or a folder with one sub-folder of images per class (read as 3x32x32).
   *
   * @param seed decides drawn pictures, and splits where the data has none of its own
   * @throws IOException if files are missing or damaged
   * @throws IllegalArgumentException if the text names no data set
   */
  public static Dataset open(String spec, long seed) throws IOException {
    return open(spec, seed, DEFAULT_SHAPE);
  }

  /**
   * As {@link #open(String, long)}, with the shape that a folder's images are brought to.
   *
   * @throws IOException if files are missing or damaged
   * @throws IllegalArgumentException if the text names no data set
   */
  public static Dataset open(String spec, long seed, ImageShape shape) throws IOException {
    if (spec.equals(GENERATED)) {
      return DrawnDigits.dataset(seed);
    }
    if (spec.startsWith(GENERATED + ":")) {
      return generated(spec.substring(GENERATED.length() + 1), seed);
    }
    Path folder = Path.of(spec);
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "no data at '" + spec + "': name a folder, or " + GENERATED + " for drawn pictures");
    }
    if (Cifar10.isAt(folder)) {
      return Cifar10.read(folder, seed);
    }
    return ImageFolder.read(folder, plain(shape), seed);
  }

  private static Dataset generated(String sizes, long seed) {
    String[] parts = sizes.split(",", -1);
    if (parts.length != 3 || !sizes.matches("[1-9][0-9,]*")) {
      throw new IllegalArgumentException(
          "expected " + GENERATED + ":TRAIN,VALIDATION,TEST with three numbers: '" + sizes + "'");
    }
    return DrawnDigits.dataset(
        seed, Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }

  private static InputSpec plain(ImageShape shape) {
    List<Double> zeros = Collections.nCopies(shape.channels(), 0.0);
    List<Double> ones = Collections.nCopies(shape.channels(), 1.0);
    return new InputSpec(shape.channels(), shape.height(), shape.width(), zeros, ones);
  }
}
