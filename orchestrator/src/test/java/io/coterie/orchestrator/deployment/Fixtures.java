package io.coterie.orchestrator.deployment;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bundle.Stage;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.bundle.Teacher;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Report;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Bundles, specs and boards for tests. */
public final class Fixtures {
  /** What one student needs. */
  public static final long STUDENT_BYTES = 100_000;

  /** What the content of a damaged student begins with. */
  public static final String DAMAGED = "damaged-";

  private Fixtures() {}

  /** A bundle with one student of 1 MFLOP per partition. */
  public static Manifest manifest(int... ks) {
    return new Manifest(
        Manifest.VERSION,
        "test",
        new InputSpec(1, 8, 8, List.of(0.5), List.of(0.2)),
        List.of("cat", "dog"),
        new Teacher("t", file("teacher"), 1, 1, 0.9, 0.9),
        IntStream.of(ks).mapToObj(Fixtures::partitioning).toList(),
        Map.of());
  }

  /** The same bundle under another name, and so with another digest. */
  public static Manifest named(String name, Manifest manifest) {
    return new Manifest(
        manifest.manifestVersion(),
        name,
        manifest.input(),
        manifest.labels(),
        manifest.teacher(),
        manifest.partitionings(),
        manifest.pipelines(),
        Map.of());
  }

  /** The same bundle with as many exits beside each partitioning; all stages are equal. */
  public static Manifest withExits(Manifest manifest, int exits) {
    List<Partitioning> all = new ArrayList<>(manifest.partitionings());
    manifest.partitionings().forEach(partitioning -> all.add(staged(partitioning, exits)));
    return new Manifest(
        manifest.manifestVersion(),
        manifest.name(),
        manifest.input(),
        manifest.labels(),
        manifest.teacher(),
        all,
        Map.of());
  }

  /** The same bundle with students that no engine can load, see {@link #DAMAGED}. */
  public static Manifest damaged(Manifest manifest) {
    return new Manifest(
        manifest.manifestVersion(),
        manifest.name(),
        manifest.input(),
        manifest.labels(),
        manifest.teacher(),
        manifest.partitionings().stream()
            .map(partitioning -> withStudents(partitioning, Fixtures::damaged))
            .toList(),
        Map.of());
  }

  private static Student damaged(Student student) {
    Stage only = student.stages().get(0);
    String path = DAMAGED + only.model().path().replace(".onnx", "");
    return new Student(
        student.name(),
        student.precision(),
        List.of(new Stage(file(path), only.flops(), only.hidden())),
        student.parameters(),
        student.memoryBytes());
  }

  private static Partitioning withStudents(
      Partitioning partitioning, UnaryOperator<Student> change) {
    return new Partitioning(
        partitioning.partitions().stream()
            .map(
                partition ->
                    new Partition(
                        partition.filters(), partition.students().stream().map(change).toList()))
            .toList(),
        partitioning.ncut(),
        partitioning.exits(),
        partitioning.policies());
  }

  /** The same bundle with a pipeline of so many equal segments, each as large as a student. */
  public static Manifest withPipeline(Manifest manifest, int segments) {
    List<Segment> all = new ArrayList<>();
    List<Double> exits = new ArrayList<>();
    for (int segment = 1; segment <= segments; segment++) {
      boolean last = segment == segments;
      List<Integer> activation = last ? List.of() : List.of(2, 4, 4);
      all.add(new Segment(file("segment-" + segment), 1_000_000, STUDENT_BYTES, activation));
      exits.add(last ? 1.0 : 0.0);
    }
    ExitTable table =
        new ExitTable(
            ExitPolicy.MAX_SOFTMAX, "net", List.of(new OperatingPoint(0, 0.9, 0.9, 1, exits)));
    return new Manifest(
        manifest.manifestVersion(),
        manifest.name(),
        manifest.input(),
        manifest.labels(),
        manifest.teacher(),
        manifest.partitionings(),
        List.of(new Pipeline("net", all, file("whole"), 0.9, 0.9, List.of(table))),
        Map.of());
  }

  private static Partitioning staged(Partitioning partitioning, int exits) {
    return new Partitioning(
        partitioning.partitions().stream()
            .map(
                partition ->
                    new Partition(
                        partition.filters(),
                        partition.students().stream().map(s -> staged(s, exits)).toList()))
            .toList(),
        partitioning.ncut(),
        Collections.nCopies(exits, partitioning.last()),
        List.of());
  }

  private static Student staged(Student student, int exits) {
    List<Stage> stages = new ArrayList<>();
    for (int exit = 1; exit <= exits; exit++) {
      ModelFile file =
          file(student.stages().get(0).model().path().replace(".onnx", "") + "-stage-" + exit);
      stages.add(
          new Stage(file, student.flops() / exits, exit < exits ? List.of(2, 4, 4) : List.of()));
    }
    return new Student(
        student.name(), student.precision(), stages, student.parameters(), student.memoryBytes());
  }

  public static String digest(Manifest manifest) {
    return Digest.of(Json.bytes(manifest));
  }

  /** The content of one of the manifest's files, which is its path without the ending. */
  public static byte[] content(ModelFile file) {
    return file.path().replace(".onnx", "").getBytes(StandardCharsets.UTF_8);
  }

  public static DeploymentSpec spec(Manifest manifest, double success) {
    return DeploymentSpec.rocoin(digest(manifest), 1_000, success);
  }

  public static Capability capability(long incarnation) {
    return capability(incarnation, false, 0, 0, 10 * STUDENT_BYTES);
  }

  public static Capability capability(
      long incarnation, boolean hub, long term, long epoch, long memoryBytes) {
    return new Capability(
        incarnation, "1", "pi", "aarch64", 4, memoryBytes, 1e8, 1e6, 0.1, hub, term, epoch);
  }

  private static Partitioning partitioning(int k) {
    List<Partition> partitions = new ArrayList<>();
    for (int p = 0; p < k; p++) {
      List<Integer> filters = IntStream.range(16 * p / k, 16 * (p + 1) / k).boxed().toList();
      partitions.add(
          new Partition(
              filters,
              List.of(
                  new Student(
                      "small", file("student-" + k + "-" + p), 1, 1_000_000, STUDENT_BYTES))));
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

  /** Of an agent that did nothing else. */
  static Report report(long incarnation, List<Report.ModelTime> models) {
    return new Report(
        incarnation,
        0,
        0,
        0,
        models,
        List.of(),
        List.of(),
        List.of(),
        Report.Stops.NONE,
        List.of());
  }
}
