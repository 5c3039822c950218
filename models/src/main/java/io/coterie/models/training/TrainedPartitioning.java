package io.coterie.models.training;

import io.coterie.inference.BatchRunner;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.evaluation.ExitAnswers;
import io.coterie.models.evaluation.ExitEvaluation;
import io.coterie.models.evaluation.ExitTables;
import io.coterie.models.evaluation.Patterns;
import io.coterie.models.fusion.FusionSamples;
import io.coterie.models.fusion.FusionTrainer;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.onnx.OnnxWriter;
import io.coterie.planner.partition.NormalizedCut;
import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Precision;
import io.coterie.protocol.bundle.Student;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the bundle's entry for one K and its students of so many exits: exports them, learns a
 * fusion layer for every exit, measures.
 */
final class TrainedPartitioning {
  private final Session session;
  private final Export export;
  private final ExportedStudents exported;
  private final NormalizedCut.Result cut;
  private final List<StudentNet> nets;
  private final int k;
  private final int exitCount;
  private final List<List<Student>> students = new ArrayList<>();
  private final List<Patterns> patterns = new ArrayList<>();
  private final List<byte[]> fusionGraphs = new ArrayList<>();

  /** The entry of some students of as many exits, from the smallest. */
  TrainedPartitioning(
      Session session,
      Export export,
      ExportedStudents exported,
      NormalizedCut.Result cut,
      List<StudentNet> nets) {
    this.session = session;
    this.export = export;
    this.exported = exported;
    this.cut = cut;
    this.nets = nets;
    this.k = cut.parts().size();
    this.exitCount = nets.get(0).exitCount();
  }

  Partitioning build() throws IOException {
    for (int part = 0; part < k; part++) {
      students.add(exported.of(k, part, cut.parts().get(part), nets));
    }
    List<Exit> exits = new ArrayList<>();
    for (int exit = 0; exit < exitCount; exit++) {
      exits.add(exit(exit));
    }
    List<ExitTable> policies = new ArrayList<>();
    for (int level = 0; exitCount > 1 && level < students.get(0).size(); level++) {
      policies.addAll(policies(level));
    }
    return new Partitioning(partitions(), cut.cut(), exits, policies);
  }

  private Exit exit(int exit) throws IOException {
    List<List<float[]>> train = trainPortions(exit);
    List<float[]> means = means(train);
    byte[] graph = OnnxWriter.write(fuse(train, means, exit));
    String path = "k" + k + (exitCount == 1 ? "/fusion.onnx" : "/exit" + (exit + 1) + ".onnx");
    fusionGraphs.add(graph);
    patterns.add(new Patterns(means));
    List<PatternAccuracy> accuracy = new ArrayList<>();
    try (BatchRunner model = new BatchRunner(graph, export.threads())) {
      for (int level = 0; level < students.get(0).size(); level++) {
        accuracy.addAll(measure(model, exit, level));
      }
    }
    return new Exit(export.file(path, graph), flat(means), accuracy);
  }

  /** Per partition, per size: the portions of float32 students at an exit. */
  private List<List<float[]>> trainPortions(int exit) {
    return students.stream()
        .map(sizes -> sizes.stream().filter(s -> s.precision() == Precision.FP32).toList())
        .map(sizes -> portions(sizes, session.data().train(), "train", exit))
        .toList();
  }

  /** Per partition the mean over the training images and over its students. */
  private List<float[]> means(List<List<float[]>> train) {
    List<float[]> means = new ArrayList<>();
    for (int part = 0; part < k; part++) {
      int size = cut.parts().get(part).size();
      float[] mean = new float[size];
      for (float[] student : train.get(part)) {
        float[] own = Statistics.of(student, size).mean();
        for (int i = 0; i < size; i++) {
          mean[i] += own[i] / train.get(part).size();
        }
      }
      means.add(mean);
    }
    return means;
  }

  private LinearHead fuse(List<List<float[]>> train, List<float[]> means, int exit)
      throws IOException {
    FusionSettings settings = session.config().fusion();
    LinearHead teacher = export.head();
    List<Integer> order = cut.parts().stream().flatMap(List::stream).toList();
    float[] answers = session.features().train(BatchMaker.PLAIN).logits(teacher);
    float[] targets = Losses.targets(answers, session.data().train(), settings.alpha());
    FusionSamples samples = new FusionSamples(train, means, targets, teacher.labels());
    return FusionTrainer.train(
        samples,
        teacher.select(order),
        settings.epochs(),
        settings.peakRate(),
        settings.dropout(),
        exit == exitCount - 1
            ? Seeds.mix(session.config().seed(), 6, k)
            : Seeds.mix(session.config().seed(), 6, k, exit));
  }

  /** Every pattern of present portions, with the same student in all partitions. */
  private List<PatternAccuracy> measure(BatchRunner fusion, int exit, int level) {
    List<Student> chosen = chosen(level);
    Patterns possible = patterns.get(exit);
    String name = chosen.get(0).name();
    LabelledImages validation = session.data().validation();
    LabelledImages test = session.data().test();
    List<float[]> onValidation = portions(chosen, validation, "validation", exit);
    List<float[]> onTest = portions(chosen, test, "test", exit);
    List<PatternAccuracy> table = new ArrayList<>();
    for (int bits = 0; bits <= possible.full(); bits++) {
      table.add(
          new PatternAccuracy(
              name,
              possible.text(bits),
              accuracy(fusion, possible.features(onValidation, bits), validation),
              accuracy(fusion, possible.features(onTest, bits), test)));
    }
    PatternAccuracy all = table.get(possible.full());
    String detail = Meter.accuracies(all.validation(), all.test());
    session.progress().update(TrainingProgress.note("K=" + k + " " + name + atExit(exit), detail));
    return table;
  }

  private String atExit(int exit) {
    return exitCount == 1 ? "" : " exit " + (exit + 1);
  }

  /** The same student in all partitions. */
  private List<Student> chosen(int level) {
    return students.stream().map(sizes -> sizes.get(level)).toList();
  }

  private List<float[]> portions(
      List<Student> chosen, LabelledImages images, String split, int exit) {
    return chosen.stream()
        .map(student -> exported.portions(student, images, split).get(exit))
        .toList();
  }

  private List<ExitTable> policies(int level) {
    List<Student> chosen = chosen(level);
    return ExitTables.of(
        chosen.get(0).name(),
        answers(chosen, session.data().validation(), "validation"),
        answers(chosen, session.data().test(), "test"),
        ExitEvaluation.costs(chosen));
  }

  private ExitAnswers answers(List<Student> chosen, LabelledImages images, String split) {
    List<float[]> features = new ArrayList<>();
    List<float[]> means = new ArrayList<>();
    List<float[]> logits = new ArrayList<>();
    for (int exit = 0; exit < exitCount; exit++) {
      Patterns possible = patterns.get(exit);
      features.add(possible.features(portions(chosen, images, split, exit), possible.full()));
      means.add(possible.flat());
      try (BatchRunner fusion = new BatchRunner(fusionGraphs.get(exit), export.threads())) {
        logits.add(fusion.run(features.get(exit)));
      }
    }
    return new ExitAnswers(
        features, means, logits, session.data().labels().size(), images.labels());
  }

  private double accuracy(BatchRunner fusion, float[] features, LabelledImages images) {
    return Accuracy.of(fusion.run(features), session.data().labels().size(), images.labels());
  }

  private static List<Float> flat(List<float[]> means) {
    List<Float> flat = new ArrayList<>();
    for (float[] mean : means) {
      for (float value : mean) {
        flat.add(value);
      }
    }
    return flat;
  }

  private List<Partition> partitions() {
    List<Partition> partitions = new ArrayList<>();
    for (int part = 0; part < k; part++) {
      partitions.add(new Partition(cut.parts().get(part), students.get(part)));
    }
    return partitions;
  }
}
