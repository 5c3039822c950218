package io.coterie.models.evaluation;

/** Predictions and how many of them are right. */
public final class Accuracy {
  private Accuracy() {}

  /** The position of the largest value of each row of {@code logits}; the first of equals. */
  public static int[] predictions(float[] logits, int labels) {
    int[] out = new int[logits.length / labels];
    for (int i = 0; i < out.length; i++) {
      int best = 0;
      for (int label = 1; label < labels; label++) {
        if (logits[i * labels + label] > logits[i * labels + best]) {
          best = label;
        }
      }
      out[i] = best;
    }
    return out;
  }

  /** Share of the rows of {@code logits} whose largest value is at the right label, in [0, 1]. */
  public static double of(float[] logits, int labels, int[] truth) {
    return of(predictions(logits, labels), truth);
  }

  /** Share of equal entries, in [0, 1]. */
  public static double of(int[] predictions, int[] truth) {
    if (predictions.length != truth.length || truth.length == 0) {
      throw new IllegalArgumentException(
          predictions.length + " predictions for " + truth.length + " labels");
    }
    int right = 0;
    for (int i = 0; i < truth.length; i++) {
      right += predictions[i] == truth[i] ? 1 : 0;
    }
    return (double) right / truth.length;
  }
}
