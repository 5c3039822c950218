package io.coterie.models.training;

import io.coterie.inference.BatchRunner;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.evaluation.Patterns;
import io.coterie.models.fusion.FusionSamples;
import io.coterie.models.fusion.FusionTrainer;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.NetCost;
import io.coterie.models.onnx.OnnxWriter;
import io.coterie.planner.partition.NormalizedCut;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Student;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Builds the bundle's entry for one K: exports its students, learns its fusion layer, measures. */
final class TrainedPartitioning {
  private final Session session;
  private final Export export;
  private final NormalizedCut.Result cut;
  private final int k;
  private final Map<String, byte[]> files;

  /** Portions of one split: per partition, per student, {@code [images, partition size]}. */
  private record Portions(List<List<float[]>> values) {
    /** The smallest student of each partition. */
    List<float[]> smallest() {
      return values.stream().map(students -> students.get(0)).toList();
    }
  }

  /**
   * Prepares the entry.
   *
   * @param files receives the content of every file by its path in the bundle
   */
  TrainedPartitioning(
      Session session, Export export, NormalizedCut.Result cut, Map<String, byte[]> files) {
    this.session = session;
    this.export = export;
    this.cut = cut;
    this.k = cut.parts().size();
    this.files = files;
  }

  Partitioning build() throws IOException {
    List<List<byte[]>> graphs = new ArrayList<>();
    List<List<Student>> students = new ArrayList<>();
    for (int part = 0; part < k; part++) {
      exportStudents(part, graphs, students);
    }
    Portions train = portions(graphs, session.data().train(), "train");
    List<float[]> means = means(train);
    LinearHead fusion = fuse(train, means);
    byte[] fusionGraph = OnnxWriter.write(fusion);
    ModelFile fusionFile = file("k" + k + "/fusion.onnx", fusionGraph);
    Patterns patterns = new Patterns(means);
    Portions validation = portions(graphs, session.data().validation(), "validation");
    Portions test = portions(graphs, session.data().test(), "test");
    List<PatternAccuracy> accuracy = new ArrayList<>();
    try (BatchRunner model = new BatchRunner(fusionGraph, export.threads())) {
      for (int bits = 0; bits <= patterns.full(); bits++) {
        accuracy.add(
            new PatternAccuracy(
                patterns.text(bits),
                measure(model, patterns, validation, session.data().validation(), bits),
                measure(model, patterns, test, session.data().test(), bits)));
      }
    }
    PatternAccuracy all = accuracy.get(patterns.full());
    String detail =
        "validation " + Meter.percent(all.validation()) + "  test " + Meter.percent(all.test());
    export.progress().update(Progress.note("K=" + k, detail));
    return new Partitioning(partitions(means, students), fusionFile, cut.cut(), accuracy);
  }

  private ModelFile file(String path, byte[] bytes) {
    files.put(path, bytes);
    return ModelFile.of(path, bytes);
  }

  private void exportStudents(int part, List<List<byte[]>> graphs, List<List<Student>> students)
      throws IOException {
    List<byte[]> ownGraphs = new ArrayList<>();
    List<Student> own = new ArrayList<>();
    for (String name : session.config().students()) {
      StudentTask task = new StudentTask(k, part, cut.parts().get(part), name);
      byte[] graph = export.student(task);
      NetCost cost = NetCost.of(session.students().net(task));
      String path = "k" + k + "/part" + part + "-" + name + ".onnx";
      own.add(
          new Student(
              name, file(path, graph), cost.parameters(), cost.flops(), cost.memoryBytes()));
      ownGraphs.add(graph);
    }
    graphs.add(ownGraphs);
    students.add(own);
  }

  private Portions portions(List<List<byte[]>> graphs, LabelledImages images, String split) {
    List<List<float[]>> values = new ArrayList<>();
    for (List<byte[]> part : graphs) {
      List<float[]> own = new ArrayList<>();
      for (byte[] graph : part) {
        own.add(export.run(graph, images, "K=" + k + " portions " + split));
      }
      values.add(own);
    }
    return new Portions(values);
  }

  /** Per partition the mean over the training images and over its students. */
  private List<float[]> means(Portions train) {
    List<float[]> means = new ArrayList<>();
    for (int part = 0; part < k; part++) {
      int size = cut.parts().get(part).size();
      float[] mean = new float[size];
      List<float[]> students = train.values().get(part);
      for (float[] student : students) {
        float[] own = Statistics.of(student, size).mean();
        for (int i = 0; i < size; i++) {
          mean[i] += own[i] / students.size();
        }
      }
      means.add(mean);
    }
    return means;
  }

  private LinearHead fuse(Portions train, List<float[]> means) throws IOException {
    FusionSettings settings = session.config().fusion();
    LinearHead teacher = session.teacher().head(export.teacherWeights());
    List<Integer> order = cut.parts().stream().flatMap(List::stream).toList();
    int labels = session.data().labels().size();
    FusionSamples samples =
        new FusionSamples(train.values(), means, targets(teacher, settings.alpha()), labels);
    return FusionTrainer.train(
        samples,
        teacher.select(order),
        settings.epochs(),
        settings.peakRate(),
        settings.dropout(),
        Seeds.mix(session.config().seed(), 6, k));
  }

  /** (1 - alpha) of the label and alpha of the teacher's answer, per training image. */
  private float[] targets(LinearHead teacher, double alpha) throws IOException {
    LabelledImages images = session.data().train();
    FeatureStore features = session.teacher().trainFeatures(BatchMaker.PLAIN);
    int labels = teacher.labels();
    float[] targets = new float[images.size() * labels];
    float[] row = new float[teacher.features()];
    for (int i = 0; i < images.size(); i++) {
      features.row(i, row);
      teacher.logits(row, 0, targets, i * labels);
      Losses.softmax(targets, i * labels, labels, 1);
      for (int label = 0; label < labels; label++) {
        targets[i * labels + label] *= (float) alpha;
      }
      targets[i * labels + images.label(i)] += (float) (1 - alpha);
    }
    return targets;
  }

  private double measure(
      BatchRunner fusion, Patterns patterns, Portions portions, LabelledImages images, int bits) {
    float[] logits = fusion.run(patterns.features(portions.smallest(), bits));
    int[] predictions = Accuracy.predictions(logits, session.data().labels().size());
    return Accuracy.of(predictions, images.labels());
  }

  private List<Partition> partitions(List<float[]> means, List<List<Student>> students) {
    List<Partition> partitions = new ArrayList<>();
    for (int part = 0; part < k; part++) {
      Float[] mean = new Float[means.get(part).length];
      float[] values = means.get(part);
      Arrays.setAll(mean, i -> values[i]);
      partitions.add(new Partition(cut.parts().get(part), Arrays.asList(mean), students.get(part)));
    }
    return partitions;
  }
}
