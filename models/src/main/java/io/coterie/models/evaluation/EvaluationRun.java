package io.coterie.models.evaluation;

import io.coterie.inference.BatchRunner;
import io.coterie.inference.StagedRunner;
import io.coterie.models.data.Dataset;
import io.coterie.models.data.Datasets;
import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bundle.Stage;
import io.coterie.protocol.bundle.Student;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A bundle, the images it is tried on, and what its networks answer to them. Not thread-safe.
 *
 * @param data name of the data set
 * @param threads of ONNX Runtime
 * @param portions what {@link #portions(Student)} has computed
 */
record EvaluationRun(
    Bundle bundle,
    String data,
    LabelledImages images,
    int threads,
    Map<Student, List<float[]>> portions) {
  /**
   * Opens bundle and data.
   *
   * @param data what {@link Datasets#open} reads
   * @throws BundleException if the bundle cannot be read
   * @throws IOException if the data cannot be read
   * @throws IllegalArgumentException if data and bundle do not have the same labels and shape
   */
  static EvaluationRun open(Path bundlePath, String data, EvaluationOptions options)
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
    return new EvaluationRun(bundle, dataset.name(), images, options.threads(), new HashMap<>());
  }

  Manifest manifest() {
    return bundle.manifest();
  }

  /**
   * The student of that name.
   *
   * @throws IllegalArgumentException if the partition has none
   */
  static Student student(Partition partition, String name) {
    return partition.students().stream()
        .filter(student -> student.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no student " + name + " in a partition"));
  }

  /** The teacher's accuracy. */
  double teacherAccuracy() {
    return accuracy(answers(manifest().teacher().model()));
  }

  /** What a graph from image to logits answers, row-major {@code [images, labels]}. */
  float[] answers(ModelFile file) {
    try (BatchRunner model = graph(file)) {
      return model.run(images.size(), this::rows, done -> {});
    }
  }

  /** The logits at every exit of a pipeline, row-major {@code [images, labels]}. */
  List<float[]> logits(Pipeline pipeline) {
    return chained(pipeline.segments().stream().map(Segment::model).toList());
  }

  /** The student's portions at every exit, row-major {@code [images, size]}; computed once. */
  List<float[]> portions(Student student) {
    return portions.computeIfAbsent(
        student, any -> chained(any.stages().stream().map(Stage::model).toList()));
  }

  private List<float[]> chained(List<ModelFile> files) {
    List<byte[]> graphs = files.stream().map(bundle::bytes).toList();
    try (StagedRunner runner = new StagedRunner(graphs, threads)) {
      return runner.run(images.size(), this::rows, done -> {});
    }
  }

  private void rows(int from, int to, FloatBuffer out) {
    images.normalise(manifest().input(), from, to, out);
  }

  /** A graph of the bundle, loaded. */
  BatchRunner graph(ModelFile file) {
    return new BatchRunner(bundle.bytes(file), threads);
  }

  /** Part of the images that logits {@code [images, labels]} are right about. */
  double accuracy(float[] logits) {
    return Accuracy.of(logits, manifest().labels().size(), images.labels());
  }
}
