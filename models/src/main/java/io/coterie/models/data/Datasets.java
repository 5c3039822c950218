package io.coterie.models.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Opens data sets by a short text. */
public final class Datasets {
  private Datasets() {}

  /**
   * Opens {@code cifar10:FOLDER}.
   *
   * @param seed decides splits where the data has none of its own
   * @throws IOException if files are missing or damaged
   * @throws IllegalArgumentException if the text names no data set
   */
  public static Dataset open(String spec, long seed) throws IOException {
    if (spec.startsWith("cifar10:")) {
      return Cifar10.read(Path.of(spec.substring(8)), seed);
    }
    Path folder = Path.of(spec);
    if (Files.isDirectory(folder) && Cifar10.isAt(folder)) {
      return Cifar10.read(folder, seed);
    }
    throw new IllegalArgumentException("unknown data set '" + spec + "'");
  }
}
