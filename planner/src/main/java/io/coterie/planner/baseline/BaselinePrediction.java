package io.coterie.planner.baseline;

/**
 * What a way of placing a bundle on a fleet predicts.
 *
 * @param isFeasible whether it could place every partition within the boards' memory, and every
 *     group meets the success target
 * @param latencySeconds 0 where nothing was placed
 * @param success probability that every portion arrives in time, in [0, 1]
 * @param expectedAccuracy over all patterns of missing portions, in [0, 1]
 */
public record BaselinePrediction(
    boolean isFeasible, double latencySeconds, double success, double expectedAccuracy) {
  /** Nothing could be placed. */
  public static final BaselinePrediction NONE = new BaselinePrediction(false, 0, 0, 0);

  boolean isPlaced() {
    return latencySeconds > 0;
  }
}
