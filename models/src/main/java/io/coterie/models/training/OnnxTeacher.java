package io.coterie.models.training;

import io.coterie.inference.BatchRunner;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.fusion.FusionTrainer;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Weights;
import io.coterie.models.onnx.TeacherGraph;
import io.coterie.protocol.bundle.Digest;
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

  private final Setup setup;
  private TeacherGraph graph;

  OnnxTeacher(Setup setup) {
    this.setup = setup;
  }

  @Override
  public String name() {
    return setup.config().teacher();
  }

  /** Where the classifier's file lies in the work folder. */
  static Path file(WorkFolder work) {
    return work.teacher().resolve("teacher.onnx");
  }

  @Override
  public void prepare() throws IOException {
    TrainingConfig config = setup.config();
    byte[] bytes = Files.readAllBytes(file(setup.work()));
    GivenTeacher given = config.given();
    if (!Digest.of(bytes).equals(given.sha256())) {
      throw new IOException("damaged teacher, delete it: " + file(setup.work()));
    }
    graph = TeacherGraph.of(bytes, given.features(), setup.input(), given.mean(), given.std());
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
    return graph.answers() == setup.labels();
  }

  @Override
  public float[] features(LabelledImages images, String split, int variant) {
    return run(graph.toFeatures(), images, "teacher features " + split, variant);
  }

  private float[] run(byte[] model, LabelledImages images, String title, int variant) {
    BatchMaker batches = setup.batches(images);
    Meter meter = Meter.once(title, images.size(), setup.progress());
    try (BatchRunner runner = new BatchRunner(model, 1)) {
      return runner.run(
          images.size(),
          (from, to, out) -> planes(batches.range(from, to, variant), out),
          done -> meter.report(done, Features.name(variant)));
    }
  }

  /** From channels last to channels first. */
  private void planes(float[] nhwc, FloatBuffer out) {
    int channels = setup.input().channels();
    int plane = setup.input().height() * setup.input().width();
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
    Path file = setup.work().teacher().resolve("head.bin");
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
    return FusionTrainer.fit(rows, targets(), setup.labels(), setup.seed(8));
  }

  private float[] targets() {
    LabelledImages images = setup.data().train();
    if (knowsTheClasses()) {
      float[] answers = run(graph.toAnswers(), images, "teacher answers train", BatchMaker.PLAIN);
      return Losses.targets(answers, images, SHARE_OF_ANSWERS);
    }
    return Losses.targets(new float[images.size() * setup.labels()], images, 0);
  }

  /** Says how good the teacher is before hours are spent on learning from it. */
  private void note(LinearHead head, Features features) throws IOException {
    LabelledImages images = setup.data().validation();
    int labels = setup.labels();
    double fitted = Accuracy.of(features.validation().logits(head), labels, images.labels());
    String own =
        "it knows %d classes, the data %d: its answers are not used"
            .formatted(graph.answers(), labels);
    if (knowsTheClasses()) {
      float[] answers = run(graph.toAnswers(), images, "teacher answers", BatchMaker.PLAIN);
      double accuracy = Accuracy.of(answers, labels, images.labels());
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
    setup.progress().update(TrainingProgress.note("teacher " + name(), detail));
  }

  @Override
  public byte[] graph(Export export) {
    return knowsTheClasses() ? graph.toAnswers() : graph.toAnswers(export.head());
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
