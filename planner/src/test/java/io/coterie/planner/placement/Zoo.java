package io.coterie.planner.placement;

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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A bundle shaped like a trained one: 128 filters, K of 2, 3 and 4, two sizes of students in three
 * precisions each. Lower precision takes less memory and is a little less accurate.
 */
public final class Zoo {
  private static final Map<Precision, Integer> BYTES_PER_PARAMETER =
      Map.of(Precision.FP32, 4, Precision.FP16, 2, Precision.INT8, 1);
  private static final Map<Precision, Double> ACCURACY_LOST =
      Map.of(Precision.FP32, 0.0, Precision.FP16, 0.0005, Precision.INT8, 0.006);

  private Zoo() {}

  /** The bundle. */
  public static Manifest manifest() {
    return new Manifest(
        Manifest.VERSION,
        "zoo",
        new InputSpec(3, 32, 32, List.of(0.5, 0.5, 0.5), List.of(0.2, 0.2, 0.2)),
        List.of("cat", "dog"),
        new Teacher("t", file("teacher"), 9_000_000, 2_600_000_000L, 0.95, 0.95),
        IntStream.of(2, 3, 4).mapToObj(Zoo::partitioning).toList(),
        Map.of());
  }

  private static Partitioning partitioning(int k) {
    List<Partition> partitions = new ArrayList<>();
    for (int p = 0; p < k; p++) {
      List<Integer> filters = IntStream.range(128 * p / k, 128 * (p + 1) / k).boxed().toList();
      partitions.add(new Partition(filters, students(k, p)));
    }
    List<PatternAccuracy> accuracy = new ArrayList<>();
    for (Student student : partitions.get(0).students()) {
      accuracy.addAll(accuracy(k, student));
    }
    int features = partitions.stream().mapToInt(Partition::size).sum();
    Exit exit = new Exit(file("fusion-" + k), Collections.nCopies(features, 0f), accuracy);
    return new Partitioning(partitions, 0, List.of(exit), List.of());
  }

  private static List<Student> students(int k, int p) {
    List<Student> students = new ArrayList<>();
    for (Precision precision : Precision.values()) {
      for (int size = 1; size <= 2; size++) {
        long parameters = 60_000L * size * size + 1000L * p;
        String name = "wrn-" + size + "-" + precision.toString().toLowerCase(java.util.Locale.ROOT);
        int bytes = BYTES_PER_PARAMETER.get(precision);
        students.add(
            new Student(
                name,
                precision,
                List.of(
                    new Stage(
                        file(k + "-" + p + "-" + name),
                        12_000_000L * size * size / k * 2 + 10_000L * p)),
                parameters,
                bytes * (parameters + 30_000)));
      }
    }
    return students;
  }

  private static List<PatternAccuracy> accuracy(int k, Student student) {
    List<PatternAccuracy> accuracy = new ArrayList<>();
    boolean large = student.parameters() > 200_000;
    for (int bits = 1; bits < 1 << k; bits++) {
      StringBuilder present = new StringBuilder();
      for (int p = 0; p < k; p++) {
        present.append(bits >> p & 1);
      }
      double value =
          0.3
              + 0.58 * Integer.bitCount(bits) / k
              + (large ? 0.03 : 0)
              + 0.005 * k
              - ACCURACY_LOST.get(student.precision());
      accuracy.add(new PatternAccuracy(student.name(), present.toString(), value, value));
    }
    return accuracy;
  }

  private static ModelFile file(String name) {
    return ModelFile.of(name + ".onnx", name.getBytes(StandardCharsets.UTF_8));
  }
}
