package io.coterie.agent;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Stage;
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
    return manifest(List.of(partition(0), partition(1)), List.of(exit("fusion")));
  }

  /** The same with two exits: files {@code student-0-1}, ..., {@code fusion-1}, ... */
  public static Manifest twoExits() {
    return manifest(
        List.of(stagedPartition(0), stagedPartition(1)),
        List.of(exit("fusion-1"), exit("fusion-2")));
  }

  private static Exit exit(String fusion) {
    return new Exit(
        file(fusion),
        List.of(0f, 0f, 0f, 0f),
        List.of(
            new PatternAccuracy("11", 0.9, 0.9),
            new PatternAccuracy("10", 0.8, 0.8),
            new PatternAccuracy("01", 0.8, 0.8)));
  }

  private static Manifest manifest(List<Partition> partitions, List<Exit> exits) {
    Partitioning partitioning = new Partitioning(partitions, 0.5, exits, List.of());
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

  private static Partition stagedPartition(int k) {
    List<Stage> stages =
        List.of(
            new Stage(file("student-" + k + "-1"), 10, List.of(1, 2, 2)),
            new Stage(file("student-" + k + "-2"), 10));
    return new Partition(
        List.of(2 * k, 2 * k + 1), List.of(new Student("small", Precision.FP32, stages, 10, 10)));
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name, name.getBytes(StandardCharsets.UTF_8));
  }
}
