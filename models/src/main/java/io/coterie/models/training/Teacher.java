package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.coterie.models.data.Dataset;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import io.coterie.models.torch.TorchNet;
import io.coterie.protocol.bundle.InputSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The large model: learning it, and asking it for its features. */
final class Teacher {
  private static final int BATCH = 250;

  private final TrainingConfig config;
  private final Dataset data;
  private final InputSpec input;
  private final WorkFolder work;
  private final ProgressSink progress;

  Teacher(
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

  Net net() {
    return Architecture.parse(config.teacher()).teacher(data.shape(), data.labels().size());
  }

  int filters() {
    return Architecture.parse(config.teacher()).filters();
  }

  /** Trains the teacher, or reads it if it is there. */
  Weights weights() throws IOException {
    Path file = work.teacher().resolve("weights.bin");
    if (Files.exists(file)) {
      return Weights.read(file);
    }
    BatchMaker batches = batches(data.train());
    Fit fit =
        new Fit(
            "teacher " + config.teacher(),
            batches,
            config.teacherSchedule(),
            epoch -> 1_000_000 + epoch,
            Seeds.mix(config.seed(), 1),
            work.teacher().resolve("checkpoint.bin"),
            progress);
    Weights start = Whitening.initial(net(), Seeds.mix(config.seed(), 2), batches);
    Weights trained = fit.run(net(), start, torch -> this::loss);
    trained.write(file);
    return trained;
  }

  private NDArray loss(Map<String, NDArray> outputs, NDManager batch, int[] images, int variant) {
    int[] labels = Arrays.stream(images).map(data.train()::label).toArray();
    double smoothing = config.teacherSchedule().labelSmoothing();
    NDArray target = Losses.oneHot(batch, labels, data.labels().size(), smoothing);
    return Losses.crossEntropy(outputs.get(Architecture.LOGITS), target);
  }

  /** The linear layer from pooled features to logits. */
  LinearHead head(Weights weights) {
    return new LinearHead(
        weights.values().get(Architecture.LOGITS + ".weight"),
        weights.values().get(Architecture.LOGITS + ".bias"));
  }

  private BatchMaker batches(LabelledImages images) {
    return new BatchMaker(images, input, config.augmentation(), Seeds.mix(config.seed(), 3));
  }

  /** Number of variants that differ. */
  int variants() {
    return config.augmentation().changesNothing() ? 1 : config.variants();
  }

  /** Computes the features of all variants of the training images and of the plain ones. */
  void computeFeatures(Weights weights) throws IOException {
    for (int variant = 0; variant < variants(); variant++) {
      features(weights, data.train(), "train", variant);
    }
    features(weights, data.train(), "train", BatchMaker.PLAIN);
    features(weights, data.validation(), "validation", BatchMaker.PLAIN);
  }

  private void features(Weights weights, LabelledImages images, String split, int variant)
      throws IOException {
    Path file = file(split, variant);
    if (!Files.exists(file)) {
      FeatureStore.write(file, compute(weights, images, split, variant));
    }
  }

  private Path file(String split, int variant) {
    String name = variant == BatchMaker.PLAIN ? "plain" : "variant-" + variant;
    return work.features().resolve(split + "-" + name + ".f32");
  }

  /** Features of the training images in a variant, {@code [images, filters]}. */
  FeatureStore trainFeatures(int variant) throws IOException {
    return FeatureStore.open(file("train", variant), data.train().size(), filters());
  }

  /** Features of the validation images, {@code [images, filters]}. */
  FeatureStore validationFeatures() throws IOException {
    Path file = file("validation", BatchMaker.PLAIN);
    return FeatureStore.open(file, data.validation().size(), filters());
  }

  private float[] compute(Weights weights, LabelledImages images, String split, int variant) {
    BatchMaker batches = batches(images);
    int[] order = Seeds.inOrder(images.size());
    float[] out = new float[images.size() * filters()];
    Meter meter = Meter.once("teacher features " + split, images.size(), progress);
    try (TorchNet torch = new TorchNet(net().withOutputs(Architecture.FEATURES), weights)) {
      for (int from = 0; from < images.size(); from += BATCH) {
        int to = Math.min(images.size(), from + BATCH);
        try (NDManager batch = torch.manager().newSubManager()) {
          NDArray in = torch.input(batch, batches.make(order, from, to, variant), to - from);
          float[] features = torch.forward(in, false).get(Architecture.FEATURES).toFloatArray();
          System.arraycopy(features, 0, out, from * filters(), features.length);
        }
        meter.report(to, variant == BatchMaker.PLAIN ? "plain" : "variant " + variant);
      }
    }
    return out;
  }
}
