package io.coterie.models.evaluation;

import io.coterie.inference.BatchRunner;
import io.coterie.models.data.Dataset;
import io.coterie.models.data.Datasets;
import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
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

/** Measures a bundle by running its ONNX files over a data set's test split. */
public final class Evaluation {
  private static final int MOST_MIXES = 64;

  private final Bundle bundle;
  private final LabelledImages images;
  private final int threads;
  private final Map<ModelFile, float[]> outputs = new HashMap<>();

  private Evaluation(Bundle bundle, LabelledImages images, int threads) {
    this.bundle = bundle;
    this.images = images;
    this.threads = threads;
  }

  /**
   * Evaluates; the same bundle, data and options give the same report.
   *
   * @param data what {@link Datasets#open} reads
   * @throws BundleException if the bundle cannot be read
   * @throws IOException if the data cannot be read
   * @throws IllegalArgumentException if data and bundle do not have the same labels
   */
  public static EvaluationReport run(Path bundlePath, String data, EvaluationOptions options)
      throws BundleException, IOException {
    Bundle bundle = Bundle.open(bundlePath);
    Manifest manifest = bundle.manifest();
    ImageShape shape = ImageShape.of(manifest.input());
    Dataset dataset = Datasets.open(data, options.seed().orElse(manifest.seed()), shape);
    if (!dataset.labels().equals(manifest.labels())) {
      throw new IllegalArgumentException(
          "the bundle knows " + manifest.labels() + ", the data has " + dataset.labels());
    }
    if (!dataset.shape().equals(shape)) {
      throw new IllegalArgumentException(
          "the bundle reads images of " + shape + ", the data has " + dataset.shape());
    }
    LabelledImages images = dataset.test().first(options.limit());
    return new Evaluation(bundle, images, options.threads()).report(dataset.name());
  }

  private EvaluationReport report(String data) {
    Manifest manifest = bundle.manifest();
    List<EvaluationReport.OfPartitioning> partitionings = new ArrayList<>();
    for (Partitioning partitioning : manifest.partitionings(Strategy.ROCOIN)) {
      partitionings.add(measure(partitioning));
    }
    double teacher = accuracy(predictions(output(manifest.teacher().model())));
    return new EvaluationReport(
        manifest.name(), bundle.digest(), data, images.size(), teacher, partitionings);
  }

  private EvaluationReport.OfPartitioning measure(Partitioning partitioning) {
    List<EvaluationReport.OfEnsemble> ensembles = new ArrayList<>();
    try (BatchRunner fusion =
        new BatchRunner(bundle.bytes(partitioning.last().fusion()), threads)) {
      for (Student student : partitioning.partitions().get(0).students()) {
        List<float[]> portions = new ArrayList<>();
        for (Partition partition : partitioning.partitions()) {
          partition.students().stream()
              .filter(other -> other.name().equals(student.name()))
              .forEach(other -> portions.add(output(other.stages().get(0).model())));
        }
        if (portions.size() == partitioning.k()) {
          ensembles.add(ensemble(student.name(), Patterns.of(partitioning), portions, fusion));
        }
      }
    }
    return new EvaluationReport.OfPartitioning(
        partitioning.k(), ensembles, mixes(partitioning, ensembles), students(partitioning));
  }

  private List<EvaluationReport.OfMix> mixes(
      Partitioning partitioning, List<EvaluationReport.OfEnsemble> ensembles) {
    Map<String, Double> pure = new HashMap<>();
    ensembles.forEach(ensemble -> pure.put(ensemble.student(), ensemble.accuracy()));
    Patterns patterns = Patterns.of(partitioning);
    List<EvaluationReport.OfMix> mixes = new ArrayList<>();
    try (BatchRunner fusion =
        new BatchRunner(bundle.bytes(partitioning.last().fusion()), threads)) {
      for (List<Student> mix : everyMix(partitioning)) {
        List<float[]> portions =
            mix.stream().map(student -> output(student.stages().get(0).model())).toList();
        List<String> names = mix.stream().map(Student::name).toList();
        mixes.add(
            new EvaluationReport.OfMix(
                names,
                accuracy(predictions(fusion.run(patterns.features(portions, patterns.full())))),
                names.stream().mapToDouble(n -> pure.getOrDefault(n, 0.0)).average().orElse(0)));
      }
    }
    return mixes;
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
      double accuracy = accuracy(predictions(fusion.run(patterns.features(portions, bits))));
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
        accuracy(predictions(fusion.run(patterns.features(sent, patterns.full())))),
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

  /** The output of a graph over all images, computed once. */
  private float[] output(ModelFile file) {
    return outputs.computeIfAbsent(file, this::run);
  }

  private float[] run(ModelFile file) {
    try (BatchRunner model = new BatchRunner(bundle.bytes(file), threads)) {
      return model.run(
          images.size(),
          (from, to, out) -> {
            for (int i = from; i < to; i++) {
              images.image(i).normalise(bundle.manifest().input(), out);
            }
          },
          done -> {});
    }
  }

  private int[] predictions(float[] logits) {
    return Accuracy.predictions(logits, bundle.manifest().labels().size());
  }

  private double accuracy(int[] predictions) {
    return Accuracy.of(predictions, images.labels());
  }
}
