package io.coterie.models.split;

import io.coterie.inference.StagedRunner;
import io.coterie.models.data.Dataset;
import io.coterie.models.data.Datasets;
import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.evaluation.Accuracy;
import io.coterie.models.evaluation.ExitAnswers;
import io.coterie.models.evaluation.ExitTables;
import io.coterie.models.evaluation.PipelineEvaluation;
import io.coterie.models.fusion.FusionTrainer;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.onnx.GraphCost;
import io.coterie.models.training.BundleFolder;
import io.coterie.models.training.Meter;
import io.coterie.models.training.Normalisation;
import io.coterie.models.training.ProgressSink;
import io.coterie.models.training.Provenance;
import io.coterie.models.training.TrainingProgress;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Segment;
import io.coterie.protocol.bundle.Teacher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes a bundle of a classifier that was trained elsewhere: cuts it, fits a linear layer to the
 * pooled activation at every cut (ours), measures. The model itself stays as it is.
 */
public final class Split {
  /** Segments may differ from the whole by so much of its largest logit. */
  private static final float TOLERANCE = 1e-4f;

  private static final String MODEL = "model.onnx";

  private final SplitOptions options;
  private final GivenModel model;
  private final Dataset data;
  private final InputSpec input;
  private final ProgressSink progress;
  private final Map<String, byte[]> files = new TreeMap<>();

  private Split(SplitOptions options, GivenModel model, Dataset data, ProgressSink progress) {
    this.options = options;
    this.model = model;
    this.data = data;
    this.progress = progress;
    this.input =
        options.mean().isEmpty()
            ? Normalisation.of(data.train())
            : data.shape().input(options.mean(), options.std());
  }

  /**
   * Where a model can be cut, from the image.
   *
   * @param input what images are brought to; may be empty where the model says it
   * @throws IllegalArgumentException if it is no classifier of images; the message says what to do
   */
  public static List<Place> places(byte[] onnx, Optional<ImageShape> input) {
    return GivenModel.of(onnx, input).places();
  }

  /**
   * Cuts a model and writes the bundle.
   *
   * @return the bundle's folder
   * @throws IOException if model, data or bundle cannot be read or written
   * @throws IllegalArgumentException if the model cannot be cut there, or model and data do not
   *     fit; the message says what to do
   */
  public static Path run(SplitOptions options, ProgressSink progress) throws IOException {
    BundleFolder.check(options.bundle());
    GivenModel model = GivenModel.of(Files.readAllBytes(options.model()), options.input());
    model.check(options.cuts());
    Dataset data = Datasets.open(options.data(), options.seed(), model.shape());
    if (!data.shape().equals(model.shape())) {
      throw new IllegalArgumentException(
          "the model reads images of %s, the data has %s".formatted(model.shape(), data.shape()));
    }
    if (data.labels().size() != model.classes()) {
      throw new IllegalArgumentException(
          "the model tells %d classes apart, the data has %d: %s"
              .formatted(model.classes(), data.labels().size(), data.labels()));
    }
    new Split(options, model, data, progress).write();
    return options.bundle();
  }

  private void write() throws IOException {
    Segments segments = new Segments(model, options.cuts());
    segments.addHeads(heads(segments));
    byte[] whole = model.graph().write();
    files.put(MODEL, whole);
    Pipeline pipeline = pipeline(segments, whole);
    Map<String, String> facts = Provenance.of(data, options.seed(), options.command());
    facts.put("cuts", String.join(", ", options.cuts()));
    Manifest manifest =
        new Manifest(
            Manifest.VERSION,
            options.name(),
            input,
            data.labels(),
            teacher(pipeline),
            List.of(),
            List.of(pipeline),
            facts);
    BundleFolder.write(options.bundle(), manifest, files);
  }

  private Pipeline pipeline(Segments segments, byte[] whole) {
    ExitAnswers validation = answers(segments, data.validation(), "validation");
    ExitAnswers test = answers(segments, data.test(), "test");
    note(validation, test);
    List<Segment> described = segments.describe(options.name(), files);
    return new Pipeline(
        options.name(),
        described,
        ModelFile.of(MODEL, whole),
        accuracy(whole, data.validation(), validation),
        accuracy(whole, data.test(), test),
        ExitTables.of(options.name(), validation, test, PipelineEvaluation.costs(described)));
  }

  /** The uncut model. */
  private Teacher teacher(Pipeline pipeline) {
    return new Teacher(
        options.name(),
        pipeline.whole(),
        Math.max(1, GraphCost.parameters(model.graph())),
        Math.max(1, model.cost().flops(model.graph())),
        pipeline.wholeValidation(),
        pipeline.wholeTest());
  }

  /** One for every cut, fitted to the labels of the training images. */
  private List<LinearHead> heads(Segments segments) {
    LabelledImages images = data.train().first(options.first());
    int labels = data.labels().size();
    float[] targets = new float[images.size() * labels];
    for (int i = 0; i < images.size(); i++) {
      targets[i * labels + images.label(i)] = 1;
    }
    List<float[]> features = run(segments.featureGraphs(), images, "features train");
    List<LinearHead> heads = new ArrayList<>();
    for (int cut = 0; cut < options.cuts().size(); cut++) {
      progress.update(TrainingProgress.note("exit " + (cut + 1), "fitting a linear layer"));
      heads.add(FusionTrainer.fit(features.get(cut), targets, labels, options.seed() + cut));
    }
    return heads;
  }

  private List<float[]> run(List<byte[]> graphs, LabelledImages images, String title) {
    Meter meter = Meter.once(title, images.size(), progress);
    try (StagedRunner runner = new StagedRunner(graphs, options.threads())) {
      return runner.run(
          images.size(),
          (from, to, out) -> images.normalise(input, from, to, out),
          done -> meter.report(done, ""));
    }
  }

  private ExitAnswers answers(Segments segments, LabelledImages images, String split) {
    List<float[]> logits = run(segments.graphs(), images, "exits " + split);
    return ExitAnswers.ofLogits(logits, data.labels().size(), images.labels());
  }

  private void note(ExitAnswers validation, ExitAnswers test) {
    for (int exit = 0; exit < validation.exits(); exit++) {
      String detail = Meter.accuracies(validation.accuracy(exit), test.accuracy(exit));
      progress.update(TrainingProgress.note("exit " + (exit + 1), detail));
    }
  }

  /** That of the uncut model, whose logits the segments must give too. */
  private double accuracy(byte[] whole, LabelledImages images, ExitAnswers segments) {
    float[] expected = run(List.of(whole), images, "uncut model").get(0);
    float[] found = segments.logits().get(segments.exits() - 1);
    float largest = 1;
    float difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(expected[i] - found[i]));
    }
    if (!(difference <= TOLERANCE * largest)) {
      throw new IllegalStateException("segments differ from the model by " + difference);
    }
    return Accuracy.of(expected, data.labels().size(), images.labels());
  }
}
