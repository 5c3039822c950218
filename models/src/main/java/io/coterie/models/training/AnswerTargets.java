package io.coterie.models.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What the answers to a batch are compared with.
 *
 * @param hard labels
 * @param soft the teacher's answers
 * @param least the soft answers' mean entropy, which no network can go below
 */
record AnswerTargets(NDArray hard, NDArray soft, float least, Distillation settings) {
  /**
   * Those of a batch.
   *
   * @param truth the right labels
   * @param logits the teacher's, row-major {@code [images, labels]}; the array is overwritten
   */
  static AnswerTargets of(NDManager batch, int[] truth, float[] logits, Distillation settings) {
    int labels = logits.length / truth.length;
    for (int i = 0; i < truth.length; i++) {
      Losses.softmax(logits, i * labels, labels, settings.temperature());
    }
    return new AnswerTargets(
        Losses.oneHot(batch, truth, labels, 0),
        batch.create(logits, new Shape(truth.length, labels)),
        (float) (Losses.entropy(logits) / truth.length),
        settings);
  }

  /** (1 - alpha) cross-entropy + alpha T^2 divergence from the teacher's soft answer. */
  NDArray loss(NDArray logits) {
    // Factors are floats: DJL turns a double into a float64 tensor.
    float t = (float) settings.temperature();
    float alpha = (float) settings.alpha();
    NDArray label = Losses.scaled(Losses.crossEntropy(logits, hard), 1 - alpha);
    NDArray divergence = Losses.crossEntropy(Losses.scaled(logits, 1 / t), soft).sub(least);
    return label.add(Losses.scaled(divergence, alpha * t * t));
  }
}
