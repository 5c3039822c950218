package io.coterie.client.discovery;

import java.util.OptionalLong;

/**
 * When a client that cannot reach its hub looks for it. A pure function of state, input and time.
 *
 * <pre>
 * CONTENT --missed--> PATIENT                a hub that restarts is back before it is looked for
 * PATIENT --missed, patience over--> LOOKING : look
 * LOOKING --looked--> RESTING                15 s, 30 s, then 60 s, for ever
 * RESTING --missed, rested--> LOOKING : look
 * any     --reached--> CONTENT               what a look under way finds does not matter then
 * </pre>
 *
 * @param dueNs when the phase ends
 * @param looks how often was looked since the hub was last reached
 */
record Search(Phase phase, OptionalLong dueNs, int looks) {
  static final long PATIENCE_NS = 10_000_000_000L;
  static final long FIRST_REST_NS = 15_000_000_000L;
  static final long LONGEST_REST_NS = 60_000_000_000L;

  enum Phase {
    CONTENT,
    PATIENT,
    LOOKING,
    RESTING
  }

  enum Input {
    /** No address answered. */
    MISSED,
    /** A look is over. */
    LOOKED,
    /** A connection stands. */
    REACHED
  }

  /**
   * New state and what is to be done.
   *
   * @param look whether to look now
   */
  record Decision(Search state, boolean look) {}

  static Search initial() {
    return new Search(Phase.CONTENT, OptionalLong.empty(), 0);
  }

  Decision decide(Input input, long nowNs) {
    boolean due = dueNs.isPresent() && nowNs - dueNs.getAsLong() >= 0;
    return switch (input) {
      case REACHED -> new Decision(initial(), false);
      case LOOKED -> phase == Phase.LOOKING ? resting(nowNs) : same();
      case MISSED ->
          switch (phase) {
            case CONTENT -> until(Phase.PATIENT, nowNs + PATIENCE_NS, 0);
            case PATIENT, RESTING ->
                due
                    ? new Decision(new Search(Phase.LOOKING, OptionalLong.empty(), looks + 1), true)
                    : same();
            case LOOKING -> same();
          };
    };
  }

  private Decision resting(long nowNs) {
    return until(Phase.RESTING, nowNs + restNs(looks), looks);
  }

  /** How long to rest after so many looks in vain, at least 1. */
  static long restNs(int looks) {
    return Math.min(LONGEST_REST_NS, FIRST_REST_NS << Math.min(looks - 1, 2));
  }

  private Decision same() {
    return new Decision(this, false);
  }

  private static Decision until(Phase next, long dueNs, int looks) {
    return new Decision(new Search(next, OptionalLong.of(dueNs), looks), false);
  }
}
