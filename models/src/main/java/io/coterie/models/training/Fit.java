package io.coterie.models.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import io.coterie.models.net.Net;
import io.coterie.models.net.Weights;
import io.coterie.models.torch.TorchNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/**
 * Trains one network to the end of its schedule. After every epoch the weights, the momenta and the
 * number of the epoch go to a checkpoint; a later run goes on from there with the same order of
 * images and the same augmentation that an uninterrupted run would have used.
 *
 * @param stage what is trained, for progress
 * @param variants which variant the images of an epoch, from 0, are in
 * @param seed of the order of images
 */
record Fit(
    String stage,
    BatchMaker batches,
    TrainingSchedule schedule,
    IntUnaryOperator variants,
    long seed,
    Path checkpoint,
    ProgressSink progress) {
  /** What is minimised. */
  interface Loss {
    /**
     * The loss of a batch, a scalar.
     *
     * @param outputs of the network, by name
     * @param images positions of the batch's images in the training split
     * @param variant augmentation the images are in
     */
    NDArray of(Map<String, NDArray> outputs, NDManager batch, int[] images, int variant);
  }

  /** Entry of the trained weights that {@link #seconds} reads. */
  static final String SECONDS = "seconds";

  private static final String EPOCH = "epoch";

  /** How long a training took, interruptions left out; 0 where the weights do not say. */
  static float seconds(Weights trained) {
    return trained.values().getOrDefault(SECONDS, new float[1])[0];
  }

  /**
   * Trains from the checkpoint if there is one, else from {@code start}.
   *
   * @param frozen names of the nodes that do not learn
   * @param factory makes the loss, whose constants may live in the network's manager
   * @throws IOException if the checkpoint cannot be read or written
   */
  Weights run(Net net, Weights start, Set<String> frozen, Function<TorchNet, Loss> factory)
      throws IOException {
    Weights state = Files.exists(checkpoint) ? Weights.read(checkpoint) : start;
    int first = (int) state.values().getOrDefault(EPOCH, new float[1])[0];
    try (TorchNet torch = new TorchNet(net, state, frozen)) {
      torch.enableTraining();
      Loss loss = factory.apply(torch);
      Meter meter = new Meter(stage, schedule.epochs(), imagesPerEpoch(), progress);
      float seconds = seconds(state);
      for (int epoch = first; epoch < schedule.epochs(); epoch++) {
        long startNs = System.nanoTime();
        epoch(torch, loss, epoch, meter);
        seconds += (System.nanoTime() - startNs) / 1e9f;
        torch.state().with(EPOCH, epoch + 1f).with(SECONDS, seconds).write(checkpoint);
      }
      return torch.weights().with(SECONDS, seconds);
    }
  }

  private int imagesPerEpoch() {
    int images = batches.images().size();
    return Math.min(images, schedule.steps(images) * schedule.batch());
  }

  private void epoch(TorchNet torch, Loss loss, int epoch, Meter meter) {
    int n = batches.images().size();
    int[] order = Seeds.order(n, seed, epoch);
    int variant = variants.applyAsInt(epoch);
    int steps = schedule.steps(n);
    double sum = 0;
    meter.beginEpoch(epoch + 1);
    for (int step = 0; step < steps; step++) {
      int from = step * schedule.batch();
      int to = Math.min(n, from + schedule.batch());
      double done = (epoch + (double) step / steps) / schedule.epochs();
      int[] images = Arrays.copyOfRange(order, from, to);
      sum += step(torch, loss, images, variant, schedule.rate(done)) * images.length;
      if (Double.isNaN(sum)) {
        throw new IllegalStateException(
            stage
                + " diverged in epoch "
                + (epoch + 1)
                + ": lower the rate "
                + schedule.peakRate());
      }
      meter.report(to, Meter.loss(sum / to));
    }
  }

  private double step(TorchNet torch, Loss loss, int[] images, int variant, double rate) {
    float value;
    try (NDManager batch = torch.manager().newSubManager()) {
      NDArray input = torch.input(batch, batches.make(images, variant), images.length);
      try (GradientCollector gradients = Engine.getInstance().newGradientCollector()) {
        NDArray scalar = loss.of(torch.forward(input, true), batch, images, variant);
        gradients.backward(scalar);
        value = scalar.getFloat();
      }
    }
    torch.step(schedule.step(rate));
    return value;
  }
}
