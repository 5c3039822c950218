package io.coterie.orchestrator.rollout;

/**
 * Frames, and how many went wrong.
 *
 * @param frames at least 0
 * @param errors at least 0; may be more than the frames, where one goes wrong on several boards
 */
public record Tally(long frames, long errors) {
  /** None. */
  public static final Tally NONE = new Tally(0, 0);

  /** The least number of errors that counts: fewer may be an accident. */
  static final long LEAST_ERRORS = 3;

  /** The share of errors that is taken for granted, beyond what there was before. */
  static final double MARGIN = 0.1;

  Tally and(Tally other) {
    return new Tally(frames + other.frames, errors + other.errors);
  }

  /** Share of errors in [0, 1]; 0 without frames and errors. */
  public double rate() {
    return errors == 0 ? 0 : Math.min(1, (double) errors / Math.max(1, frames));
  }

  /** Whether more goes wrong than before, by more than chance. */
  public boolean isWorseThan(double before) {
    return errors >= LEAST_ERRORS && rate() > before + MARGIN;
  }
}
