package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.coterie.models.data.LabelledImages;
import io.coterie.models.fusion.LinearHead;
import io.coterie.models.net.Architecture;
import io.coterie.models.net.Net;
import io.coterie.models.net.NetCost;
import io.coterie.models.net.Weights;
import io.coterie.models.torch.TorchNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/** A teacher that is learnt here, from the labels. */
final class LearntTeacher implements TeacherNetwork {
  private static final int BATCH = 250;

  private final Setup setup;
  private Weights weights;

  LearntTeacher(Setup setup) {
    this.setup = setup;
  }

  private Net net() {
    return Architecture.parse(name()).teacher(setup.data().shape(), setup.labels());
  }

  @Override
  public String name() {
    return setup.config().teacher();
  }

  @Override
  public int filters() {
    return Architecture.parse(name()).filters();
  }

  @Override
  public void prepare() throws IOException {
    Path file = setup.work().teacher().resolve("weights.bin");
    if (!Files.exists(file)) {
      learn().write(file);
    }
    weights = Weights.read(file);
  }

  private Weights learn() throws IOException {
    BatchMaker batches = setup.batches(setup.data().train());
    Fit fit =
        new Fit(
            "teacher " + name(),
            batches,
            setup.config().teacherSchedule(),
            epoch -> 1_000_000 + epoch,
            setup.seed(1),
            setup.work().teacher().resolve("checkpoint.bin"),
            setup.progress());
    Weights start = Whitening.initial(net(), setup.seed(2), batches);
    return fit.run(net(), start, Set.of(), torch -> this::loss);
  }

  private NDArray loss(Map<String, NDArray> outputs, NDManager batch, int[] images, int variant) {
    int[] labels = Arrays.stream(images).map(setup.data().train()::label).toArray();
    double smoothing = setup.config().teacherSchedule().labelSmoothing();
    NDArray target = Losses.oneHot(batch, labels, setup.labels(), smoothing);
    return Losses.crossEntropy(outputs.get(Architecture.LOGITS), target);
  }

  @Override
  public LinearHead head(Features features) {
    return new LinearHead(
        weights.values().get(Architecture.LOGITS + ".weight"),
        weights.values().get(Architecture.LOGITS + ".bias"));
  }

  @Override
  public byte[] graph(Export export) {
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
    return Fit.seconds(weights);
  }

  @Override
  public float[] features(LabelledImages images, String split, int variant) {
    BatchMaker batches = setup.batches(images);
    float[] out = new float[images.size() * filters()];
    Meter meter = Meter.once("teacher features " + split, images.size(), setup.progress());
    try (TorchNet torch = new TorchNet(net().withOutputs(Architecture.FEATURES), weights)) {
      for (int from = 0; from < images.size(); from += BATCH) {
        int to = Math.min(images.size(), from + BATCH);
        try (NDManager batch = torch.manager().newSubManager()) {
          NDArray in = torch.input(batch, batches.range(from, to, variant), to - from);
          float[] features = torch.forward(in, false).get(Architecture.FEATURES).toFloatArray();
          System.arraycopy(features, 0, out, from * filters(), features.length);
        }
        meter.report(to, Features.name(variant));
      }
    }
    return out;
  }
}
