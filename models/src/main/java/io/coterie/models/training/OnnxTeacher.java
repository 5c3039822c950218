package io.coterie.models.training;

import io.coterie.inference.BatchRunner;
import io.coterie.models.data.Dataset;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.fusion.FusionTrainer;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.TeacherGraph;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.InputSpec;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A classifier that was trained elsewhere. Its own last layer may be anything, so a linear layer
 * from its features is fitted to its answers and the labels (ours). Where it knows other classes
 * than the data, the layer is fitted to the labels alone and gives the teacher's answers from then
 * on.
 */
final class OnnxTeacher implements TeacherNetwork {
  private static final double SHARE_OF_ANSWERS = 0.5;

  private final TrainingConfig config;
  private final Dataset data;
  private final InputSpec input;
  private final WorkFolder work;
  private final ProgressSink progress;
  private TeacherGraph graph;

  OnnxTeacher(
      TrainingConfig config,
      Dataset data,
      InputSpec input,
      WorkFolder work,
      ProgressSink progress) {
    this.config = config;
    this.data = data;
    this.input = input;
    this.work = work;
    this.progress = progress;
  }

  @Override
  public String name() {
    return config.teacher();
  }

  /** Where the classifier's file lies in the work folder. */
  static Path file(WorkFolder work) {
    return work.teacher().resolve("teacher.onnx");
  }

  @Override
  public void prepare() throws IOException {
    byte[] bytes = Files.readAllBytes(file(work));
    GivenTeacher given = config.given();
    if (!Digest.of(bytes).equals(given.sha256())) {
      throw new IOException("damaged teacher, delete it: " + file(work));
    }
    graph = TeacherGraph.of(bytes, given.features(), input, given.mean(), given.std());
    int most = config.ks().get(config.ks().size() - 1);
    if (!config.students().isEmpty() && graph.filters() < most) {
      throw new IllegalArgumentException(
          "the teacher's tensor '%s' has %d values, too few for K=%d: name another with --features"
              .formatted(given.features(), graph.filters(), most));
    }
  }

  @Override
  public int filters() {
    return graph.filters();
  }

  private boolean knowsTheClasses() {
    return graph.answers() == data.labels().size();
  }

  @Override
  public float[] features(LabelledImages images, String split, int variant) {
    return run(graph.toFeatures(), images, "teacher features " + split, variant);
  }

  private float[] run(byte[] model, LabelledImages images, String title, int variant) {
    long seed = Seeds.mix(config.seed(), 3);
    BatchMaker batches = new BatchMaker(images, input, config.augmentation(), seed);
    int[] order = Seeds.inOrder(images.size());
    Meter meter = Meter.once(title, images.size(), progress);
    try (BatchRunner runner = new BatchRunner(model, 1)) {
      return runner.run(
          images.size(),
          (from, to, out) -> planes(batches.make(order, from, to, variant), out),
          done -> meter.report(done, Features.name(variant)));
    }
  }

  /** From channels last to channels first. */
  private void planes(float[] nhwc, FloatBuffer out) {
    int channels = data.shape().channels();
    int plane = data.shape().height() * data.shape().width();
    for (int image = 0; image < nhwc.length; image += channels * plane) {
      for (int c = 0; c < channels; c++) {
        for (int pixel = 0; pixel < plane; pixel++) {
          out.put(nhwc[image + pixel * channels + c]);
        }
      }
    }
  }

  @Override
  public LinearHead head(Features features) throws IOException {
    Path file = work.teacher().resolve("head.bin");
    if (!Files.exists(file)) {
      LinearHead head = fit(features);
      new Weights(Map.of("weight", head.weight(), "bias", head.bias())).write(file);
      note(head, features);
    }
    Weights weights = Weights.read(file);
    return new LinearHead(weights.values().get("weight"), weights.values().get("bias"));
  }

  private LinearHead fit(Features features) throws IOException {
    float[] rows = features.train(BatchMaker.PLAIN).all();
    int labels = data.labels().size();
    return FusionTrainer.fit(rows, targets(labels), labels, Seeds.mix(config.seed(), 8));
  }

  private float[] targets(int labels) {
    LabelledImages images = data.train();
    float[] targets = new float[images.size() * labels];
    float share = 0;
    if (knowsTheClasses()) {
      targets = run(graph.toAnswers(), images, "teacher answers train", BatchMaker.PLAIN);
      share = (float) SHARE_OF_ANSWERS;
    }
    for (int i = 0; i < images.size(); i++) {
      Losses.softmax(targets, i * labels, labels, 1);
      for (int label = 0; label < labels; label++) {
        targets[i * labels + label] *= share;
      }
      targets[i * labels + images.label(i)] += 1 - share;
    }
    return targets;
  }

  /** Says how good the teacher is before hours are spent on learning from it. */
  private void note(LinearHead head, Features features) throws IOException {
    LabelledImages images = data.validation();
    int labels = data.labels().size();
    float[] logits = new float[images.size() * labels];
    float[] row = new float[filters()];
    for (int i = 0; i < images.size(); i++) {
      features.validation().row(i, row);
      head.logits(row, 0, logits, i * labels);
    }
    double fitted = Accuracy.of(Accuracy.predictions(logits, labels), images.labels());
    String own =
        "it knows %d classes, the data %d: its answers are not used"
            .formatted(graph.answers(), labels);
    if (knowsTheClasses()) {
      float[] answers = run(graph.toAnswers(), images, "teacher answers", BatchMaker.PLAIN);
      double accuracy = Accuracy.of(Accuracy.predictions(answers, labels), images.labels());
      own = "its own answers are right for " + Meter.percent(accuracy);
      if (accuracy < 2.0 / labels) {
        own +=
            ", hardly better than chance: are its classes the folders in alphabetical order,"
                + " and does it want the pixels so (--teacher-mean, --teacher-std)?";
      }
    }
    String detail =
        "a linear layer on its features is right for %s of the validation images; "
                .formatted(Meter.percent(fitted))
            + own;
    progress.update(TrainingProgress.note("teacher " + name(), detail));
  }

  @Override
  public byte[] graph(Export export, LinearHead head) {
    return knowsTheClasses() ? graph.toAnswers() : graph.toAnswers(head);
  }

  @Override
  public long parameters() {
    return graph.parameters();
  }

  @Override
  public long flops() {
    return graph.flops();
  }

  @Override
  public double seconds() {
    return 0;
  }
}
