package io.coterie.models.fusion;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Fine-tunes a fusion layer on the students' real portions with portion dropout (ours, in the
 * spirit of the failout of ResiliNet): in each sample every portion is missing with some
 * probability and replaced by its mean, and comes from a random student of its partition, so that
 * one layer serves every mix of students and every pattern of loss. Softmax regression, stochastic
 * gradient descent with momentum in plain Java; features are scaled by their deviation while
 * learning.
 */
public final class FusionTrainer {
  private static final int BATCH = 64;
  private static final float MOMENTUM = 0.9f;
  private static final int FIT_EPOCHS = 20;
  private static final double FIT_RATE = 0.05;

  private final FusionSamples samples;
  private final double dropout;
  private final SplittableRandom random;
  private final float[] centre;
  private final float[] scale;
  private final float[] weight;
  private final float[] bias;
  private final float[] weightVelocity;
  private final float[] biasVelocity;
  private final float[] weightGradient;
  private final float[] biasGradient;

  private FusionTrainer(FusionSamples samples, LinearHead start, double dropout, long seed) {
    this.samples = samples;
    this.dropout = dropout;
    this.random = new SplittableRandom(seed);
    this.centre = means(samples);
    this.scale = deviations(samples, centre);
    this.weight = start.weight().clone();
    this.bias = start.bias().clone();
    this.weightVelocity = new float[weight.length];
    this.biasVelocity = new float[bias.length];
    this.weightGradient = new float[weight.length];
    this.biasGradient = new float[bias.length];
    standardise();
  }

  /**
   * Fits a layer from nothing to the features of one network (multinomial logistic regression).
   *
   * @param features row-major {@code [samples, features]}
   * @param targets row-major {@code [samples, labels]}, each row a probability distribution
   */
  public static LinearHead fit(float[] features, float[] targets, int labels, long seed) {
    int samples = targets.length / labels;
    int width = features.length / samples;
    double[] sum = new double[width];
    for (int i = 0; i < features.length; i++) {
      sum[i % width] += features[i];
    }
    float[] mean = new float[width];
    for (int i = 0; i < width; i++) {
      mean[i] = (float) (sum[i] / samples);
    }
    FusionSamples given =
        new FusionSamples(List.of(List.of(features)), List.of(mean), targets, labels);
    LinearHead zero = new LinearHead(new float[labels * width], new float[labels]);
    return train(given, zero, FIT_EPOCHS, FIT_RATE, 0, seed);
  }

  /**
   * Fine-tunes the layer.
   *
   * @param start the teacher's linear layer, its columns in partition order
   * @param dropout probability that a portion is missing, in [0, 1)
   */
  public static LinearHead train(
      FusionSamples samples,
      LinearHead start,
      int epochs,
      double peakRate,
      double dropout,
      long seed) {
    if (start.features() != samples.features() || start.labels() != samples.labels()) {
      throw new IllegalArgumentException(
          start + " does not fit " + samples.features() + " -> " + samples.labels());
    }
    if (!(dropout >= 0 && dropout < 1)) {
      throw new IllegalArgumentException("must be in [0, 1): dropout=" + dropout);
    }
    FusionTrainer trainer = new FusionTrainer(samples, start, dropout, seed);
    for (int epoch = 0; epoch < epochs; epoch++) {
      double rate = 0.5 * peakRate * (1 + Math.cos(Math.PI * epoch / epochs));
      trainer.epoch((float) rate);
    }
    return trainer.head();
  }

  /** From weights on features to weights on (feature - centre) / scale. */
  private void standardise() {
    int n = centre.length;
    for (int label = 0; label < bias.length; label++) {
      for (int i = 0; i < n; i++) {
        bias[label] += weight[label * n + i] * centre[i];
        weight[label * n + i] *= scale[i];
      }
    }
  }

  private LinearHead head() {
    int n = centre.length;
    float[] plainWeight = new float[weight.length];
    float[] plainBias = bias.clone();
    for (int label = 0; label < bias.length; label++) {
      for (int i = 0; i < n; i++) {
        plainWeight[label * n + i] = weight[label * n + i] / scale[i];
        plainBias[label] -= plainWeight[label * n + i] * centre[i];
      }
    }
    return new LinearHead(plainWeight, plainBias);
  }

  private void epoch(float rate) {
    float[] features = new float[centre.length];
    float[] error = new float[bias.length];
    int inBatch = 0;
    for (int i = 0; i < samples.size(); i++) {
      int sample = random.nextInt(samples.size());
      draw(sample, features);
      error(sample, features, error);
      accumulate(features, error);
      inBatch++;
      if (inBatch == BATCH || i == samples.size() - 1) {
        step(weight, weightVelocity, weightGradient, rate / inBatch);
        step(bias, biasVelocity, biasGradient, rate / inBatch);
        inBatch = 0;
      }
    }
  }

  /** Standardised features of one sample with random students and random losses. */
  private void draw(int sample, float[] features) {
    int at = 0;
    int partitions = samples.means().size();
    int spared = random.nextInt(partitions);
    for (int k = 0; k < partitions; k++) {
      int size = samples.means().get(k).length;
      var students = samples.portions().get(k);
      float[] portion = students.get(random.nextInt(students.size()));
      boolean missing = k != spared && random.nextDouble() < dropout;
      for (int i = 0; i < size; i++, at++) {
        features[at] = missing ? 0 : (portion[sample * size + i] - centre[at]) / scale[at];
      }
    }
  }

  private void error(int sample, float[] features, float[] error) {
    int n = features.length;
    double sum = 0;
    float largest = Float.NEGATIVE_INFINITY;
    for (int label = 0; label < error.length; label++) {
      float logit = bias[label];
      for (int i = 0; i < n; i++) {
        logit += weight[label * n + i] * features[i];
      }
      error[label] = logit;
      largest = Math.max(largest, logit);
    }
    for (int label = 0; label < error.length; label++) {
      error[label] = (float) Math.exp(error[label] - largest);
      sum += error[label];
    }
    for (int label = 0; label < error.length; label++) {
      error[label] =
          (float) (error[label] / sum) - samples.targets()[sample * error.length + label];
    }
  }

  private void accumulate(float[] features, float[] error) {
    int n = features.length;
    for (int label = 0; label < error.length; label++) {
      biasGradient[label] += error[label];
      for (int i = 0; i < n; i++) {
        weightGradient[label * n + i] += error[label] * features[i];
      }
    }
  }

  private static void step(float[] values, float[] velocity, float[] gradient, float rate) {
    for (int i = 0; i < values.length; i++) {
      velocity[i] = MOMENTUM * velocity[i] - rate * gradient[i];
      values[i] += velocity[i];
      gradient[i] = 0;
    }
  }

  private static float[] means(FusionSamples samples) {
    float[] centre = new float[samples.features()];
    int at = 0;
    for (float[] mean : samples.means()) {
      System.arraycopy(mean, 0, centre, at, mean.length);
      at += mean.length;
    }
    return centre;
  }

  private static float[] deviations(FusionSamples samples, float[] centre) {
    float[] scale = new float[centre.length];
    int at = 0;
    for (int k = 0; k < samples.means().size(); k++) {
      int size = samples.means().get(k).length;
      float[] portion = samples.portions().get(k).get(0);
      for (int i = 0; i < size; i++, at++) {
        double sum = 0;
        for (int sample = 0; sample < samples.size(); sample++) {
          double off = portion[sample * size + i] - centre[at];
          sum += off * off;
        }
        scale[at] = (float) Math.max(1e-3, Math.sqrt(sum / samples.size()));
      }
    }
    return scale;
  }
}
