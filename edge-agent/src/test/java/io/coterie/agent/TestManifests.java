package io.coterie.agent;

import io.coterie.protocol.bundle.Digest;
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
import java.util.List;
import java.util.Map;

/** Manifests without models behind them. */
public final class TestManifests {
  private TestManifests() {}

  /** K=2, one student {@code small} each, files {@code student-0}, {@code student-1}, ... */
  public static Manifest twoPartitions() {
    Partitioning partitioning =
        new Partitioning(
            List.of(partition(0), partition(1)),
            0.5,
            List.of(
                new Exit(
                    file("fusion"),
                    List.of(0f, 0f, 0f, 0f),
                    List.of(
                        new PatternAccuracy("11", 0.9, 0.9),
                        new PatternAccuracy("10", 0.8, 0.8),
                        new PatternAccuracy("01", 0.8, 0.8)))),
            List.of());
    return new Manifest(
        Manifest.VERSION,
        "test",
        new InputSpec(1, 2, 2, List.of(0.5), List.of(0.5)),
        List.of("no", "yes"),
        new Teacher("t", file("teacher"), 10, 10, 0.9, 0.9),
        List.of(partitioning),
        Map.of());
  }

  /** The digest of a file by its name. */
  public static String digest(String name) {
    return Digest.of(name.getBytes(StandardCharsets.UTF_8));
  }

  private static Partition partition(int k) {
    return new Partition(
        List.of(2 * k, 2 * k + 1), List.of(new Student("small", file("student-" + k), 10, 10, 10)));
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name, name.getBytes(StandardCharsets.UTF_8));
  }
}
