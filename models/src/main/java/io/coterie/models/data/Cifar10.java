package io.coterie.models.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads CIFAR-10's binary format: records of one label byte and 3,072 pixel bytes (red, green and
 * blue plane, 32 x 32 each). The last tenth of a seeded shuffle of the training records is the
 * validation split; the test batch stays as it is.
 */
final class Cifar10 {
  static final ImageShape SHAPE = new ImageShape(3, 32, 32);
  static final String NAMES_FILE = "batches.meta.txt";
  private static final int RECORD_BYTES = 1 + SHAPE.size();

  private Cifar10() {}

  static boolean isAt(Path folder) {
    return Files.exists(folder.resolve(NAMES_FILE))
        && Files.exists(folder.resolve("test_batch.bin"));
  }

  /**
   * Reads the folder's training batches (all files {@code data_batch_*.bin}) and test batch.
   *
   * @throws IOException if a file is missing, truncated or holds a label out of range
   */
  static Dataset read(Path folder, long seed) throws IOException {
    List<String> labels = labels(folder.resolve(NAMES_FILE));
    List<LabelledImages> batches = new ArrayList<>();
    for (Path file : trainingFiles(folder)) {
      batches.add(batch(file, labels.size()));
    }
    LabelledImages training = Splits.concatenate(batches);
    int validation = Math.max(1, training.size() / 10);
    int[] order = Splits.shuffled(training.size(), seed);
    int cut = training.size() - validation;
    return new Dataset(
        "cifar10",
        labels,
        training.select(Arrays.copyOfRange(order, 0, cut)),
        training.select(Arrays.copyOfRange(order, cut, order.length)),
        batch(folder.resolve("test_batch.bin"), labels.size()),
        List.of());
  }

  private static List<String> labels(Path file) throws IOException {
    requireFile(file);
    return Files.readAllLines(file).stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private static List<Path> trainingFiles(Path folder) throws IOException {
    try (var files = Files.newDirectoryStream(folder, "data_batch_*.bin")) {
      List<Path> found = new ArrayList<>();
      files.forEach(found::add);
      if (found.isEmpty()) {
        throw new IOException("no data_batch_*.bin in " + folder);
      }
      found.sort(null);
      return found;
    }
  }

  private static void requireFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException(
          "missing " + file + ": name the unpacked folder, or fetch it with `coterie data fetch`");
    }
  }

  private static LabelledImages batch(Path file, int classes) throws IOException {
    requireFile(file);
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length == 0 || bytes.length % RECORD_BYTES != 0) {
      throw new IOException(
          file
              + " has "
              + bytes.length
              + " bytes, which is no multiple of "
              + RECORD_BYTES
              + ": the download is incomplete, or it is another format");
    }
    int count = bytes.length / RECORD_BYTES;
    byte[] pixels = new byte[count * SHAPE.size()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = bytes[i * RECORD_BYTES] & 0xff;
      if (labels[i] >= classes) {
        throw new IOException(
            file + " record " + i + " has label " + labels[i] + ", there are " + classes);
      }
      System.arraycopy(bytes, i * RECORD_BYTES + 1, pixels, i * SHAPE.size(), SHAPE.size());
    }
    return new LabelledImages(SHAPE, pixels, labels);
  }
}
