package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Bundles with exits, without models behind them: K=2, students {@code small} and {@code large} of
 * three stages with 10, 20 and 30 (large: 100, 200 and 300) floating-point operations.
 */
public final class ExitBundles {
  private ExitBundles() {}

  /** With tables for the feature difference only. */
  public static Manifest manifest() {
    return manifest(List.of(table("small"), table("large")));
  }

  /** With a pipeline {@code net} of two segments besides, of 10 and 30 operations. */
  public static Manifest withPipeline() {
    Manifest exits = manifest();
    List<OperatingPoint> points =
        List.of(
            new OperatingPoint(0, 0.9, 0.9, 1, List.of(0.0, 1.0)),
            new OperatingPoint(0.25, 0.898, 0.9, 0.6, List.of(0.5, 0.5)));
    Pipeline pipeline =
        new Pipeline(
            "net",
            List.of(
                new Segment(file("segment-1"), 10, 1000, List.of(4)),
                new Segment(file("segment-2"), 30, 1000, List.of())),
            file("whole"),
            0.9,
            0.9,
            List.of(new ExitTable(ExitPolicy.MAX_SOFTMAX, "net", points)));
    return new Manifest(
        exits.manifestVersion(),
        exits.name(),
        exits.input(),
        exits.labels(),
        exits.teacher(),
        exits.partitionings(),
        List.of(pipeline),
        Map.of());
  }

  /** With these tables. */
  public static Manifest manifest(List<ExitTable> tables) {
    Exit exit =
        new Exit(
            file("fusion"),
            List.of(0f, 0f, 0f, 0f),
            List.of(
                new PatternAccuracy("11", 0.9, 0.9),
                new PatternAccuracy("10", 0.8, 0.8),
                new PatternAccuracy("01", 0.8, 0.8)));
    Partitioning partitioning =
        new Partitioning(
            List.of(partition(0), partition(1)), 0.5, List.of(exit, exit, exit), tables);
    return new Manifest(
        Manifest.VERSION,
        "exits",
        new InputSpec(1, 2, 2, List.of(0.5), List.of(0.5)),
        List.of("no", "yes"),
        new Teacher("t", file("teacher"), 10, 10, 0.9, 0.9),
        List.of(partitioning),
        Map.of());
  }

  /** A bundle for rocoin alone, named {@code plain}. */
  public static Manifest withoutExits() {
    Manifest all = manifest();
    Partitioning exits = all.partitionings().get(0);
    List<Partition> partitions =
        exits.partitions().stream()
            .map(
                p ->
                    new Partition(
                        p.filters(),
                        List.of(new Student("small", file("s" + p.filters()), 10, 10, 100))))
            .toList();
    return new Manifest(
        Manifest.VERSION,
        "plain",
        all.input(),
        all.labels(),
        all.teacher(),
        List.of(new Partitioning(partitions, 0.5, List.of(exits.last()), List.of())),
        Map.of());
  }

  /** Accuracy 0.9, 0.898, 0.894 and 0.88 at thresholds 0, 0.1, 0.2 and 0.4. */
  public static ExitTable table(String student) {
    return new ExitTable(
        ExitPolicy.FEATURE_DIFFERENCE,
        student,
        List.of(
            new OperatingPoint(0, 0.9, 0.9, 1, List.of(0.0, 0.0, 1.0)),
            new OperatingPoint(0.1, 0.898, 0.897, 0.75, List.of(0.0, 0.5, 0.5)),
            new OperatingPoint(0.2, 0.894, 0.893, 0.6, List.of(0.0, 0.8, 0.2)),
            new OperatingPoint(0.4, 0.88, 0.88, 0.5, List.of(0.0, 1.0, 0.0))));
  }

  /** Writes a bundle into a folder. */
  public static void write(Path folder, Manifest manifest) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve(Manifest.FILE_NAME), Json.bytes(manifest));
    for (ModelFile file : manifest.files()) {
      Files.write(folder.resolve(file.path()), bytes(file.path()));
    }
  }

  private static Partition partition(int k) {
    List<Student> students = new ArrayList<>();
    for (String name : List.of("small", "large")) {
      long flops = name.equals("small") ? 10 : 100;
      String file = name + "-" + k + "-";
      students.add(
          new Student(
              name,
              Precision.FP32,
              List.of(
                  new Stage(file(file + 1), flops, List.of(4)),
                  new Stage(file(file + 2), 2 * flops, List.of(4)),
                  new Stage(file(file + 3), 3 * flops)),
              10,
              10 * flops));
    }
    return new Partition(List.of(2 * k, 2 * k + 1), students);
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name, bytes(name));
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }
}
