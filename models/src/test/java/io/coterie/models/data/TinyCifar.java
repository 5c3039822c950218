package io.coterie.models.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes small data sets in CIFAR-10's binary format, two training batches and a test batch. */
public final class TinyCifar {
  private static final int CLASSES = 3;

  private TinyCifar() {}

  public static void write(Path folder, int perBatch, int test) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("batches.meta.txt"), List.of("cat", "dog", "ship", ""));
    Files.write(folder.resolve("data_batch_1.bin"), batch(0, perBatch));
    Files.write(folder.resolve("data_batch_2.bin"), batch(perBatch, perBatch));
    Files.write(folder.resolve("test_batch.bin"), batch(0, test));
  }

  /** The pixel that record {@code i} has at a place. */
  static int pixel(int i, int channel, int y, int x) {
    return (i * 37 + channel * 11 + y * 5 + x * 3 + (i % CLASSES) * 60) & 0xff;
  }

  private static byte[] batch(int first, int count) {
    byte[] bytes = new byte[count * 3073];
    int at = 0;
    for (int i = first; i < first + count; i++) {
      bytes[at++] = (byte) (i % CLASSES);
      for (int p = 0; p < 3072; p++) {
        bytes[at++] = (byte) pixel(i, p / 1024, p % 1024 / 32, p % 32);
      }
    }
    return bytes;
  }
}
