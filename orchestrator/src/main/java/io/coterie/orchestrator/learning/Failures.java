package io.coterie.orchestrator.learning;

/**
 * How often a board fails: a Beta distribution whose prior is what the board's owner declared. All
 * of it is ours.
 *
 * <p>A trial is {@value #TRIAL_SECONDS} s in which the board was online and had students to run. It
 * succeeds by the share of frames whose portions the board computed; frames that it dropped and
 * inferences that failed are the rest. A board that is lost (its will, silence, a start without a
 * goodbye) fails one trial more. Evidence halves every {@value #HALF_LIFE_SECONDS} s in which the
 * orchestrator runs. So the probability is that of failing within a minute, rather than of losing
 * one frame, and long good behaviour lowers it to about a quarter of what was declared: groups keep
 * their replicas although most minutes are good.
 *
 * @param successes trials, with fractions
 * @param failures trials, with fractions
 */
record Failures(double successes, double failures) {
  static final int TRIAL_SECONDS = 60;
  static final int HALF_LIFE_SECONDS = 7200;

  /** Trials that the declared probability counts for. */
  static final double PRIOR_TRIALS = 60;

  /** Bounds of the declared probability: no declaration is taken as certain. */
  static final double LEAST_PRIOR = 0.001;

  static final double GREATEST_PRIOR = 0.9;

  static final Failures NONE = new Failures(0, 0);

  Failures {
    check(successes, "successes");
    check(failures, "failures");
  }

  private static void check(double trials, String field) {
    if (!(trials >= 0) || Double.isInfinite(trials)) {
      throw new IllegalArgumentException("must be a finite number >= 0: " + field + "=" + trials);
    }
  }

  /**
   * Time in which the board was online and had students to run.
   *
   * @param missedShare of its frames, in [0, 1]
   */
  Failures worked(double seconds, double missedShare) {
    double trials = seconds / TRIAL_SECONDS;
    return new Failures(successes + trials * (1 - missedShare), failures + trials * missedShare);
  }

  /** The board was lost while it had students to run. */
  Failures lost() {
    return new Failures(successes, failures + 1);
  }

  /** Lets time pass, which reduces the weight of the evidence. */
  Failures aged(double seconds) {
    double left = Math.pow(0.5, seconds / HALF_LIFE_SECONDS);
    return new Failures(successes * left, failures * left);
  }

  /**
   * Mean of the posterior, above 0 and below 1.
   *
   * @param declared in [0, 1)
   */
  double probability(double declared) {
    double prior = Math.max(LEAST_PRIOR, Math.min(GREATEST_PRIOR, declared));
    return (PRIOR_TRIALS * prior + failures) / (PRIOR_TRIALS + successes + failures);
  }
}
