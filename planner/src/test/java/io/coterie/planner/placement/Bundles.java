package io.coterie.planner.placement;

import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.bundle.Teacher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Bundles for tests: 16 filters, students of 1 and 2 MFLOP that need 100 and 200 KB. */
final class Bundles {
  static final long SMALL_BYTES = 100_000;
  static final long LARGE_BYTES = 200_000;

  private Bundles() {}

  /** Each K with accuracy {@code 0.5 + 0.4 present / K + 0.01 K}. */
  static Manifest offering(int... ks) {
    return new Manifest(
        Manifest.VERSION,
        "test",
        new InputSpec(3, 32, 32, List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2)),
        List.of("cat", "dog"),
        new Teacher("t", file("teacher"), 1, 1, 0.9, 0.9),
        IntStream.of(ks).mapToObj(Bundles::partitioning).toList(),
        Map.of());
  }

  private static Partitioning partitioning(int k) {
    List<Partition> partitions = new ArrayList<>();
    for (int p = 0; p < k; p++) {
      List<Integer> filters = IntStream.range(16 * p / k, 16 * (p + 1) / k).boxed().toList();
      String name = k + "-" + p;
      partitions.add(
          new Partition(
              filters,
              List.of(
                  new Student("small", file(name + "-small"), 1, 1_000_000, SMALL_BYTES),
                  new Student("large", file(name + "-large"), 2, 2_000_000, LARGE_BYTES))));
    }
    List<PatternAccuracy> accuracy = new ArrayList<>();
    for (int bits = 1; bits < 1 << k; bits++) {
      StringBuilder present = new StringBuilder();
      for (int p = 0; p < k; p++) {
        present.append(bits >> p & 1);
      }
      double value = 0.5 + 0.4 * Integer.bitCount(bits) / k + 0.01 * k;
      accuracy.add(new PatternAccuracy(present.toString(), value, value));
    }
    int features = partitions.stream().mapToInt(Partition::size).sum();
    Exit exit = new Exit(file("fusion-" + k), Collections.nCopies(features, 0f), accuracy);
    return new Partitioning(partitions, 0, List.of(exit), List.of());
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name + ".onnx", name.getBytes(StandardCharsets.UTF_8));
  }
}
