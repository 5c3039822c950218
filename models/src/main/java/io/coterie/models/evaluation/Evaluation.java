package io.coterie.models.evaluation;

import io.coterie.inference.BatchRunner;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.PortionEncoding;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Measures what a bundle offers to the strategy rocoin, by running its files over test images. */
public final class Evaluation {
  private static final int MOST_MIXES = 64;

  private final EvaluationRun trial;

  private Evaluation(EvaluationRun trial) {
    this.trial = trial;
  }

  /**
   * Evaluates; the same bundle, data and options give the same report.
   *
   * @param data what {@link io.coterie.models.data.Datasets#open} reads
   * @throws BundleException if the bundle cannot be read
   * @throws IOException if the data cannot be read
   * @throws IllegalArgumentException if data and bundle do not have the same labels
   */
  public static EvaluationReport run(Path bundlePath, String data, EvaluationOptions options)
      throws BundleException, IOException {
    return new Evaluation(EvaluationRun.open(bundlePath, data, options)).report();
  }

  private EvaluationReport report() {
    Manifest manifest = trial.manifest();
    List<EvaluationReport.OfPartitioning> partitionings = new ArrayList<>();
    for (Partitioning partitioning : manifest.partitionings(Strategy.ROCOIN)) {
      partitionings.add(measure(partitioning));
    }
    return new EvaluationReport(
        manifest.name(),
        trial.bundle().digest(),
        trial.data(),
        trial.images().size(),
        trial.teacherAccuracy(),
        partitionings);
  }

  private EvaluationReport.OfPartitioning measure(Partitioning partitioning) {
    Patterns patterns = Patterns.of(partitioning);
    List<EvaluationReport.OfEnsemble> ensembles = new ArrayList<>();
    List<EvaluationReport.OfMix> mixes = new ArrayList<>();
    try (BatchRunner fusion = trial.graph(partitioning.last().fusion())) {
      for (Student student : partitioning.partitions().get(0).students()) {
        List<float[]> portions = new ArrayList<>();
        for (Partition partition : partitioning.partitions()) {
          partition.students().stream()
              .filter(other -> other.name().equals(student.name()))
              .forEach(other -> portions.add(portion(other)));
        }
        if (portions.size() == partitioning.k()) {
          ensembles.add(ensemble(student.name(), patterns, portions, fusion));
        }
      }
      Map<String, Double> pure = new HashMap<>();
      ensembles.forEach(ensemble -> pure.put(ensemble.student(), ensemble.accuracy()));
      for (List<Student> mix : everyMix(partitioning)) {
        mixes.add(mix(mix, patterns, pure, fusion));
      }
    }
    return new EvaluationReport.OfPartitioning(
        partitioning.k(), ensembles, mixes, students(partitioning));
  }

  /** Measures a mix beside the mean of what its sizes reach alone. */
  private EvaluationReport.OfMix mix(
      List<Student> mix, Patterns patterns, Map<String, Double> pure, BatchRunner fusion) {
    List<float[]> portions = mix.stream().map(this::portion).toList();
    List<String> names = mix.stream().map(Student::name).toList();
    return new EvaluationReport.OfMix(
        names,
        trial.accuracy(fusion.run(patterns.features(portions, patterns.full()))),
        names.stream().mapToDouble(n -> pure.getOrDefault(n, 0.0)).average().orElse(0));
  }

  /** All choices of a float32 student for each partition but those of one size only. */
  private static List<List<Student>> everyMix(Partitioning partitioning) {
    List<List<Student>> mixes = List.of(List.of());
    for (Partition partition : partitioning.partitions()) {
      List<List<Student>> longer = new ArrayList<>();
      for (List<Student> mix : mixes) {
        for (Student student : partition.students()) {
          if (student.precision() == Precision.FP32) {
            List<Student> more = new ArrayList<>(mix);
            more.add(student);
            longer.add(more);
          }
        }
      }
      mixes = longer;
    }
    return mixes.stream()
        .filter(mix -> mix.stream().map(Student::name).distinct().count() > 1)
        .limit(MOST_MIXES)
        .toList();
  }

  private EvaluationReport.OfEnsemble ensemble(
      String student, Patterns patterns, List<float[]> portions, BatchRunner fusion) {
    List<EvaluationReport.OfPattern> accuracies = new ArrayList<>();
    double worst = 1;
    for (int bits = 0; bits <= patterns.full(); bits++) {
      double accuracy = trial.accuracy(fusion.run(patterns.features(portions, bits)));
      accuracies.add(new EvaluationReport.OfPattern(patterns.text(bits), accuracy));
      if (Integer.bitCount(bits) == patterns.k() - 1) {
        worst = Math.min(worst, accuracy);
      }
    }
    List<float[]> sent = new ArrayList<>();
    for (int k = 0; k < patterns.k(); k++) {
      sent.add(asBytes(portions.get(k), patterns.means().get(k).length));
    }
    return new EvaluationReport.OfEnsemble(
        student,
        accuracies.get(patterns.full()).accuracy(),
        trial.accuracy(fusion.run(patterns.features(sent, patterns.full()))),
        worst,
        accuracies);
  }

  /** Each row as it arrives when it is sent as bytes. */
  private static float[] asBytes(float[] portions, int size) {
    float[] arrived = new float[portions.length];
    for (int from = 0; from < portions.length; from += size) {
      float[] one = Arrays.copyOfRange(portions, from, from + size);
      System.arraycopy(PortionEncoding.INT8.roundTrip(one), 0, arrived, from, size);
    }
    return arrived;
  }

  private static List<EvaluationReport.OfStudent> students(Partitioning partitioning) {
    List<EvaluationReport.OfStudent> rows = new ArrayList<>();
    for (int k = 0; k < partitioning.k(); k++) {
      Partition partition = partitioning.partitions().get(k);
      for (Student student : partition.students()) {
        rows.add(
            new EvaluationReport.OfStudent(
                k,
                student.name(),
                student.precision(),
                partition.size(),
                student.parameters(),
                student.flops(),
                student.memoryBytes(),
                student.sizeBytes()));
      }
    }
    return rows;
  }

  private float[] portion(Student student) {
    return trial.portions(student).get(0);
  }
}
