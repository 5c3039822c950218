package io.coterie.orchestrator.leader;

/**
 * Terms that no two orchestrators share, although nobody hands them out: each takes only those with
 * its own remainder. Names that have the same remainder, one pair in {@value #SLOTS}, are kept
 * apart by the claim alone.
 */
final class Terms {
  static final int SLOTS = 1_024;

  private Terms() {}

  /** The smallest term above the floor that is this orchestrator's. */
  static long above(String id, long floor) {
    long first = floor + 1;
    return first + Math.floorMod(slot(id) - first, (long) SLOTS);
  }

  /** Remainder of the terms of an orchestrator; the same after a restart. */
  static int slot(String id) {
    return Math.floorMod(id.hashCode(), SLOTS);
  }
}
