package io.coterie.models.training;

import io.coterie.models.torch.TorchNet;
import io.coterie.protocol.json.Check;

/**
 * How long and how fast a network learns: the rate rises linearly to its peak and falls to 0 along
 * a half cosine.
 *
 * @param epochs passes over the training images
 * @param batch images per step
 * @param peakRate highest learning rate
 * @param warmUp share of the steps that the rate rises, in [0, 1)
 * @param momentum of stochastic gradient descent after Nesterov, in [0, 1)
 * @param weightDecay on convolution and linear weights only
 * @param labelSmoothing share of the target spread over all labels, in [0, 1)
 * @param shiftFactor on the rate of what batch normalisations add, > 0; large values speed up short
 *     trainings (Jordan, arXiv 2404.00498)
 */
public record TrainingSchedule(
    int epochs,
    int batch,
    double peakRate,
    double warmUp,
    double momentum,
    double weightDecay,
    double labelSmoothing,
    double shiftFactor) {
  public TrainingSchedule {
    Check.positive(epochs, "schedule.epochs");
    Check.positive(batch, "schedule.batch");
    Check.positive(peakRate, "schedule.peakRate");
    Check.fraction(warmUp, "schedule.warmUp");
    Check.fraction(momentum, "schedule.momentum");
    Check.fraction(weightDecay, "schedule.weightDecay");
    Check.fraction(labelSmoothing, "schedule.labelSmoothing");
    Check.positive(shiftFactor, "schedule.shiftFactor");
  }

  /** One cycle with a quarter of warm-up, momentum 0.9 and weight decay 5e-4. */
  public static TrainingSchedule oneCycle(int epochs, int batch, double peakRate) {
    return new TrainingSchedule(epochs, batch, peakRate, 0.25, 0.9, 5e-4, 0, 1);
  }

  /** For {@code wcn} networks: after Jordan, arXiv 2404.00498, at a quarter of its batch. */
  public static TrainingSchedule fast(int epochs, double labelSmoothing) {
    return new TrainingSchedule(epochs, 256, 0.375, 0.2, 0.85, 1.3e-3, labelSmoothing, 64);
  }

  public TrainingSchedule withEpochs(int other) {
    return new TrainingSchedule(
        other, batch, peakRate, warmUp, momentum, weightDecay, labelSmoothing, shiftFactor);
  }

  /** Another batch size, with the rate that moves as far per image. */
  public TrainingSchedule withBatch(int other) {
    double rate = peakRate * other / batch;
    return new TrainingSchedule(
        epochs, other, rate, warmUp, momentum, weightDecay, labelSmoothing, shiftFactor);
  }

  /**
   * Steps of an epoch. What is left of the images after whole batches makes a last one, unless it
   * is less than a quarter of a batch: a full step on a few images can throw a network off.
   */
  int steps(int images) {
    int whole = images / batch;
    return Math.max(1, images % batch < (batch + 3) / 4 ? whole : whole + 1);
  }

  TorchNet.Step step(double rate) {
    return new TorchNet.Step(
        (float) rate, (float) momentum, (float) weightDecay, (float) shiftFactor);
  }

  /** The learning rate at {@code progress} of the whole training, 0 to 1. */
  double rate(double progress) {
    if (progress < warmUp) {
      return peakRate * Math.max(0.02, progress / warmUp);
    }
    return peakRate * 0.5 * (1 + Math.cos(Math.PI * (progress - warmUp) / (1 - warmUp)));
  }
}
