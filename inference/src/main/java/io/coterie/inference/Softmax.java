package io.coterie.inference;

import java.util.Optional;

/** Probabilities of logits. Pure functions. */
public final class Softmax {
  private Softmax() {}

  /**
   * Probabilities that sum to 1; the largest logit is subtracted first, so that nothing overflows.
   *
   * @return nothing where there are no logits or they are not all finite
   */
  public static Optional<double[]> of(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float logit : logits) {
      if (!Float.isFinite(logit)) {
        return Optional.empty();
      }
      max = Math.max(max, logit);
    }
    double[] values = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(logits[i] - max);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
    return values.length > 0 ? Optional.of(values) : Optional.empty();
  }
}
