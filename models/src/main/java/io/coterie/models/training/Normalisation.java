package io.coterie.models.training;

import io.coterie.models.data.ImageShape;
import io.coterie.models.data.LabelledImages;
import io.coterie.protocol.bundle.InputSpec;
import java.util.ArrayList;
import java.util.List;

/** Finds the input spec that gives the training images mean 0 and deviation 1 in each channel. */
public final class Normalisation {
  private Normalisation() {}

  /** Means and deviations rounded to four decimals; a channel without contrast has deviation 1. */
  public static InputSpec of(LabelledImages train) {
    ImageShape shape = train.shape();
    int plane = shape.height() * shape.width();
    List<Double> means = new ArrayList<>();
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < shape.channels(); c++) {
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < train.size(); i++) {
        int at = train.offset(i) + c * plane;
        for (int p = at; p < at + plane; p++) {
          double value = (train.pixels()[p] & 0xff) / 255.0;
          sum += value;
          squares += value * value;
        }
      }
      double n = (double) train.size() * plane;
      double variance = Math.max(0, squares / n - sum / n * (sum / n));
      means.add(rounded(sum / n));
      deviations.add(variance < 1e-6 ? 1 : rounded(Math.sqrt(variance)));
    }
    return shape.input(means, deviations);
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e4) / 1e4;
  }
}
