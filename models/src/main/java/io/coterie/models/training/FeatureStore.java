package io.coterie.models.training;

import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A matrix of float32 in a file, rows by columns, little-endian, mapped into memory so that several
 * processes share one copy. Thread-safe for reading.
 */
record FeatureStore(FloatBuffer values, int columns) {
  static void write(Path file, float[] values) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    WholeFile.write(file, bytes.array());
  }

  /**
   * Opens what {@link #write} wrote.
   *
   * @throws IOException if the file is missing or does not have this size
   */
  static FeatureStore open(Path file, int rows, int columns) throws IOException {
    if (Files.size(file) != 4L * rows * columns) {
      throw new IOException(
          file + " has " + Files.size(file) + " bytes, not " + rows + "x" + columns + " floats");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      return new FeatureStore(mapped.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(), columns);
    }
  }

  /** Copies one row. */
  void row(int row, float[] out) {
    values.get(row * columns, out, 0, columns);
  }

  /** What a linear layer makes of all rows, row-major {@code [rows, labels]}. */
  float[] logits(LinearHead head) {
    int rows = values.capacity() / columns;
    float[] logits = new float[rows * head.labels()];
    float[] features = new float[columns];
    for (int i = 0; i < rows; i++) {
      row(i, features);
      head.logits(features, 0, logits, i * head.labels());
    }
    return logits;
  }

  /** Everything, row-major, a copy. */
  float[] all() {
    float[] out = new float[values.capacity()];
    values.get(0, out);
    return out;
  }
}
