package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.coterie.models.data.LabelledImages;
import java.util.Arrays;

/** The pieces that losses are made of. */
final class Losses {
  private Losses() {}

  /** Mean over the batch of {@code -sum target log softmax(logits)}; both {@code [n, labels]}. */
  static NDArray crossEntropy(NDArray logits, NDArray target) {
    long n = logits.getShape().get(0);
    return scaled(target.mul(logits.logSoftmax(1)).sum(), -1f / n);
  }

  /**
   * A value times a constant. Not {@code value.mul(factor)}: there, DJL closes the constant at
   * once, its memory is Java's, and the backward pass reads it when it may be another's already.
   */
  static NDArray scaled(NDArray value, float factor) {
    return value.mul(value.getManager().create(factor));
  }

  /** One row per label: 1 at the label, smoothed. Shape {@code [n, classes]}. */
  static NDArray oneHot(NDManager manager, int[] labels, int classes, double smoothing) {
    float[] values = new float[labels.length * classes];
    Arrays.fill(values, (float) (smoothing / classes));
    for (int i = 0; i < labels.length; i++) {
      values[i * classes + labels[i]] += (float) (1 - smoothing);
    }
    return manager.create(values, new Shape(labels.length, classes));
  }

  /**
   * Turns logits into what is to be learnt, in place: {@code share} of their softmax, the rest at
   * the right label.
   *
   * @param logits row-major {@code [images, labels]}
   */
  static float[] targets(float[] logits, LabelledImages images, double share) {
    int labels = logits.length / images.size();
    for (int i = 0; i < images.size(); i++) {
      softmax(logits, i * labels, labels, 1);
      for (int label = 0; label < labels; label++) {
        logits[i * labels + label] *= (float) share;
      }
      logits[i * labels + images.label(i)] += (float) (1 - share);
    }
    return logits;
  }

  /** Sum of -p log p over all values. */
  static double entropy(float[] probabilities) {
    double sum = 0;
    for (float p : probabilities) {
      sum -= p > 0 ? p * Math.log(p) : 0;
    }
    return sum;
  }

  /** Softmax of {@code logits / temperature}, in place. */
  static void softmax(float[] values, int from, int count, double temperature) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, values[i]);
    }
    double sum = 0;
    for (int i = from; i < from + count; i++) {
      double e = Math.exp((values[i] - largest) / temperature);
      values[i] = (float) e;
      sum += e;
    }
    for (int i = from; i < from + count; i++) {
      values[i] /= (float) sum;
    }
  }
}
