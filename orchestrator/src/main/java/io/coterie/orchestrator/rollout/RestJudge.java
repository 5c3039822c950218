package io.coterie.orchestrator.rollout;

import java.util.List;
import java.util.Locale;

/**
 * Judges a bundle by how the whole fleet does with it.
 *
 * <pre>
 * any --3 errors, and a tenth of the frames more than before--> failed
 * not all boards run it --{@value #START_SECONDS} s--> failed
 * all boards run it --{@value #FRAMES} frames and {@value #LEAST_SECONDS} s, or {@value
 *                     #MOST_SECONDS} s--> passed
 * </pre>
 */
public final class RestJudge {
  /** So long boards may take to load what they have. */
  public static final int START_SECONDS = 30;

  /** So many frames are enough. */
  public static final int FRAMES = 100;

  /** So long it is watched at least: every agent reports twice. */
  public static final int LEAST_SECONDS = 15;

  /** So long it is watched at most, whatever frames come. */
  public static final int MOST_SECONDS = 60;

  private static final long SECOND_NS = 1_000_000_000L;

  private RestJudge() {}

  /**
   * The verdict.
   *
   * @param idle boards of the plan that are there and do not carry it out
   */
  public static RolloutVerdict judge(Tracking tracking, List<String> idle, long nowNs) {
    Tally tally = tracking.tally();
    if (tally.isWorseThan(tracking.of().errorsBefore())) {
      return RolloutVerdict.failed(
          String.format(
              Locale.ROOT,
              "%d errors in %d frames on all boards, before it were %.0f %%",
              tally.errors(),
              tally.frames(),
              100 * tracking.of().errorsBefore()));
    }
    if (tracking.runsSinceNs().isEmpty()) {
      return nowNs - tracking.sinceNs() >= START_SECONDS * SECOND_NS
          ? RolloutVerdict.failed(
              String.join(", ", idle) + " did not begin with it within " + START_SECONDS + " s")
          : RolloutVerdict.waits("");
    }
    long watchedNs = nowNs - tracking.runsSinceNs().getAsLong();
    boolean enough = tally.frames() >= FRAMES && watchedNs >= LEAST_SECONDS * SECOND_NS;
    return enough || watchedNs >= MOST_SECONDS * SECOND_NS
        ? RolloutVerdict.PASSED
        : RolloutVerdict.waits("");
  }
}
