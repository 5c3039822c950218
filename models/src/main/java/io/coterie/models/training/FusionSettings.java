package io.coterie.models.training;

import io.coterie.protocol.json.Check;

/**
 * How a fusion layer is fine-tuned.
 *
 * @param epochs passes over the training portions
 * @param peakRate highest learning rate
 * @param dropout probability that a portion is missing from a training sample, in [0, 1)
 * @param alpha share of the teacher's answer against the true label, in [0, 1]
 */
public record FusionSettings(int epochs, double peakRate, double dropout, double alpha) {
  public FusionSettings {
    Check.positive(epochs, "fusion.epochs");
    Check.positive(peakRate, "fusion.peakRate");
    Check.fraction(dropout, "fusion.dropout");
    Check.fraction(alpha, "fusion.alpha");
  }

  /**
   * 12 epochs, every portion missing from 15 % of the samples, targets mostly the teacher's: on
   * CIFAR-10's validation pictures better than labels alone or half and half.
   */
  public static FusionSettings standard() {
    return new FusionSettings(12, 0.05, 0.15, 0.9);
  }
}
