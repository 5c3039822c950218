package io.coterie.orchestrator.learning;

import io.coterie.protocol.json.Check;
import java.util.OptionalDouble;

/**
 * One student's model on one board.
 *
 * @param level when the board runs as usual
 * @param progress at the last report
 * @param idleSeconds since the last new frames
 */
record Measured(Latency level, StudentProgress progress, double idleSeconds) {
  /** A level of fewer reports is no level yet: too young to tell that the board became slow. */
  static final long ESTABLISHED_REPORTS = 10;

  /** Fewer reports are used by the next plan, but are no reason for one. */
  static final long SETTLED_REPORTS = 3;

  /** A sample further from the mean than this many deviations counts as being that far. */
  private static final double CLIP_DEVIATIONS = 2;

  /** The least noise that clipping assumes, as a fraction of the mean. */
  private static final double LEAST_NOISE = 0.125;

  static final Measured NOTHING = new Measured(Latency.UNKNOWN, StudentProgress.NONE, 0);

  Measured {
    Check.present(level, "level");
    Check.present(progress, "progress");
  }

  private boolean established() {
    return level.reports() >= ESTABLISHED_REPORTS;
  }

  /** New frames relative to the level; empty where there are none or there is no level yet. */
  OptionalDouble ratio(StudentProgress now) {
    OptionalDouble seconds = now.secondsSince(progress);
    return established() && seconds.isPresent()
        ? OptionalDouble.of(seconds.getAsDouble() / level.meanSeconds())
        : OptionalDouble.empty();
  }

  /**
   * Takes a report in. While the board is slow, its levels rest: else it would soon be taken for
   * its usual self. While it is tried again, those rest that tell whether it still is.
   */
  Measured with(StudentProgress now, boolean slow, boolean tried) {
    double idle = now.framesSince(progress) == 0 ? idleSeconds : 0;
    OptionalDouble seconds = now.secondsSince(progress);
    return seconds.isEmpty() || slow || (tried && established())
        ? new Measured(level, now, idle)
        : new Measured(level.with(clipped(seconds.getAsDouble())), now, idle);
  }

  /** One bad report moves an established level little. */
  private double clipped(double seconds) {
    if (!established()) {
      return seconds;
    }
    double mean = level.meanSeconds();
    double width = mean * CLIP_DEVIATIONS * Math.max(LEAST_NOISE, level.noise());
    return Math.max(Math.max(mean / 10, mean - width), Math.min(mean + width, seconds));
  }

  Measured scaled(double factor) {
    return level.known() ? new Measured(level.scaled(factor), progress, idleSeconds) : this;
  }

  Measured elapsed(double seconds) {
    return new Measured(level, progress, idleSeconds + seconds);
  }
}
