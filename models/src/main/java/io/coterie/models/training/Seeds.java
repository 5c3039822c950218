package io.coterie.models.training;

import io.coterie.models.data.Splits;

/** Derives independent seeds, and orders of images, from the one seed of a training. */
final class Seeds {
  private Seeds() {}

  /** A seed that depends on all arguments. */
  static long mix(long seed, long... parts) {
    long mixed = seed;
    for (long part : parts) {
      mixed = (mixed ^ (part + 0x9e3779b97f4a7c15L + (mixed << 6) + (mixed >>> 2)));
      mixed = (mixed ^ (mixed >>> 31)) * 0xbf58476d1ce4e5b9L;
      mixed ^= mixed >>> 29;
    }
    return mixed;
  }

  /** The numbers below {@code n} in the order of one epoch. */
  static int[] order(int n, long seed, int epoch) {
    return Splits.shuffled(n, mix(seed, 77, epoch));
  }
}
