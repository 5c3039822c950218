package io.coterie.models.training;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * Encoders and decoders at the cuts of a network that is trained already; they learn alone (ours).
 *
 * @param factor channels of a value to those that travel, >= 2
 * @param cuts numbers of the cuts that get one, from 1; all where it is not said
 * @param epochs passes over the training images
 */
public record Autoencoder(int factor, List<Integer> cuts, int epochs) {
  private static final int BATCH = 128;
  private static final double PEAK_RATE = 0.1;

  public Autoencoder {
    if (factor < 2) {
      throw new IllegalArgumentException("must be >= 2: autoencoder.factor=" + factor);
    }
    cuts = Check.listOrEmpty(cuts, "autoencoder.cuts");
    cuts.forEach(cut -> Check.positive(cut, "autoencoder.cuts"));
    Check.positive(epochs, "autoencoder.epochs");
  }

  /** At every cut. */
  public static Autoencoder everywhere(int factor, int epochs) {
    return new Autoencoder(factor, List.of(), epochs);
  }

  boolean isAt(int cut) {
    return cuts.isEmpty() || cuts.contains(cut);
  }

  /** How it learns in a network that learns with such batches. */
  TrainingSchedule schedule(int batch) {
    return TrainingSchedule.oneCycle(epochs, BATCH, PEAK_RATE).withBatch(batch);
  }
}
