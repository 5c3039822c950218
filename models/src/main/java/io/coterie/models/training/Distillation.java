package io.coterie.models.training;

import io.coterie.protocol.json.Check;

/**
 * Weights of the loss a student learns with. Shape after the NoNN code of the authors of arXiv
 * 2406.14185 (alpha and temperature are theirs); the feature term in units of each filter's
 * standard deviation and the term on the student's portion alone are ours.
 *
 * @param alpha share of the teacher's soft answer against the true label, in [0, 1]
 * @param temperature of the soft answers, > 0
 * @param features weight of the squared error of the portion
 * @param alone weight of the answer from this portion alone
 */
public record Distillation(double alpha, double temperature, double features, double alone) {
  public Distillation {
    Check.fraction(alpha, "distillation.alpha");
    Check.positive(temperature, "distillation.temperature");
    if (!(features >= 0) || !(alone >= 0)) {
      throw new IllegalArgumentException(
          "must be >= 0: distillation.features=" + features + " distillation.alone=" + alone);
    }
  }

  /** alpha 0.9, temperature 4, all terms alike. */
  public static Distillation standard() {
    return new Distillation(0.9, 4, 1, 1);
  }
}
