package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.coterie.models.data.Dataset;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.NetCost;
import io.coterie.models.net.Weights;
import io.coterie.models.torch.TorchNet;
import io.coterie.protocol.bundle.InputSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A teacher that is learnt here, from the labels. */
final class LearntTeacher implements TeacherNetwork {
  private static final int BATCH = 250;

  private final TrainingConfig config;
  private final Dataset data;
  private final InputSpec input;
  private final WorkFolder work;
  private final ProgressSink progress;
  private Weights weights;

  LearntTeacher(
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

  private Net net() {
    return Architecture.parse(config.teacher()).teacher(data.shape(), data.labels().size());
  }

  @Override
  public String name() {
    return config.teacher();
  }

  @Override
  public int filters() {
    return Architecture.parse(config.teacher()).filters();
  }

  @Override
  public void prepare() throws IOException {
    Path file = work.teacher().resolve("weights.bin");
    if (!Files.exists(file)) {
      learn().write(file);
    }
    weights = Weights.read(file);
  }

  private Weights learn() throws IOException {
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
    return fit.run(net(), start, torch -> this::loss);
  }

  private NDArray loss(Map<String, NDArray> outputs, NDManager batch, int[] images, int variant) {
    int[] labels = Arrays.stream(images).map(data.train()::label).toArray();
    double smoothing = config.teacherSchedule().labelSmoothing();
    NDArray target = Losses.oneHot(batch, labels, data.labels().size(), smoothing);
    return Losses.crossEntropy(outputs.get(Architecture.LOGITS), target);
  }

  private BatchMaker batches(LabelledImages images) {
    return new BatchMaker(images, input, config.augmentation(), Seeds.mix(config.seed(), 3));
  }

  @Override
  public LinearHead head(Features features) {
    return new LinearHead(
        weights.values().get(Architecture.LOGITS + ".weight"),
        weights.values().get(Architecture.LOGITS + ".bias"));
  }

  @Override
  public byte[] graph(Export export, LinearHead head) {
    return export.checked("teacher", net().withOutputs(Architecture.LOGITS), weights);
  }

  @Override
  public long parameters() {
    return NetCost.of(net()).parameters();
  }

  @Override
  public long flops() {
    return NetCost.of(net()).flops();
  }

  @Override
  public double seconds() {
    return weights.values().getOrDefault(Fit.SECONDS, new float[1])[0];
  }

  @Override
  public float[] features(LabelledImages images, String split, int variant) {
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
        meter.report(to, Features.name(variant));
      }
    }
    return out;
  }
}
