package io.coterie.models.training;

/**
 * How images are varied while learning.
 *
 * @param shift images move by up to this many pixels in each direction; what enters is the image
 *     reflected at its edge
 * @param mirror images are turned left to right every other epoch; never for digits
 */
public record Augmentation(int shift, boolean mirror) {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, false);

  public Augmentation {
    if (shift < 0 || shift > 64) {
      throw new IllegalArgumentException("must be in 0..64: shift=" + shift);
    }
  }

  boolean changesNothing() {
    return shift == 0 && !mirror;
  }
}
