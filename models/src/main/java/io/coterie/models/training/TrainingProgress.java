package io.coterie.models.training;

import java.time.Duration;

/**
 * How far a step of a training is.
 *
 * @param stage what is being done, such as {@code teacher wrn-16-1}
 * @param epoch from 1; 0 where the step has no epochs
 * @param epochs number of epochs; 0 where the step has none
 * @param done images done in this epoch
 * @param total images of an epoch
 * @param imagesPerSecond over this epoch
 * @param remaining of the whole step
 * @param detail loss, accuracy; may be empty
 */
public record TrainingProgress(
    String stage,
    int epoch,
    int epochs,
    long done,
    long total,
    double imagesPerSecond,
    Duration remaining,
    String detail) {

  /** A message without numbers. */
  public static TrainingProgress note(String stage, String detail) {
    return new TrainingProgress(stage, 0, 0, 1, 1, 0, Duration.ZERO, detail);
  }

  public boolean complete() {
    return done >= total;
  }
}
