package io.coterie.orchestrator.rollout;

import io.coterie.protocol.message.TrialReport;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Judges a bundle by what its canary reports.
 *
 * <pre>
 * fetching --{@value #FETCH_SECONDS} s--> failed
 * any --agent says failed--> failed
 * running --3 errors, more than a tenth of the frames--> failed
 * running --{@value #GOOD_FRAMES} good frames, or {@value #QUIET_SECONDS} s--> passed, once all
 *                                             others have the files
 * three reports without a word of the trial --> failed: an agent that does not know trials
 * </pre>
 */
public final class CanaryJudge {
  /** So many good frames are enough. */
  public static final int GOOD_FRAMES = 20;

  /** So long after the self-test it passes with whatever frames came, or none. */
  public static final int QUIET_SECONDS = 30;

  /** So long boards may take to get the files. */
  public static final int FETCH_SECONDS = 300;

  /** Without a word of the trial. */
  private static final int SILENT_REPORTS = 3;

  private static final long SECOND_NS = 1_000_000_000L;

  private CanaryJudge() {}

  /**
   * The verdict.
   *
   * @param others boards that are to fetch the bundle and are there
   */
  public static RolloutVerdict judge(Tracking tracking, Set<String> others, long nowNs) {
    String board = tracking.of().board();
    Optional<TrialReport> trial = tracking.trial(board);
    boolean late = nowNs - tracking.sinceNs() >= FETCH_SECONDS * SECOND_NS;
    if (trial.isEmpty()) {
      return tracking.silent(board) >= SILENT_REPORTS || late
          ? RolloutVerdict.failed(
              board + " says nothing of its trial: is its agent of an older release?")
          : RolloutVerdict.waits("");
    }
    return switch (trial.get().state()) {
      case FAILED -> RolloutVerdict.failed(board + ": " + trial.get().reason());
      case FETCHING, FETCHED -> fetching(board, "", late);
      case TESTING ->
          late ? RolloutVerdict.failed(board + " tests for too long") : RolloutVerdict.waits("");
      case RUNNING -> running(tracking, trial.get(), others, nowNs);
    };
  }

  private static RolloutVerdict fetching(String who, String already, boolean late) {
    return late
        ? RolloutVerdict.failed(who + " did not get its files within " + FETCH_SECONDS + " s")
        : RolloutVerdict.waits(already + who + " gets its files");
  }

  private static RolloutVerdict running(
      Tracking tracking, TrialReport trial, Set<String> others, long nowNs) {
    Tally tally = new Tally(trial.frames(), trial.errors());
    long sinceNs = tracking.runsSinceNs().orElse(nowNs);
    boolean quiet = nowNs - sinceNs >= QUIET_SECONDS * SECOND_NS;
    if (tally.isWorseThan(0) || (quiet && tally.rate() > Tally.MARGIN)) {
      return RolloutVerdict.failed(
          String.format(
              Locale.ROOT,
              "%s: %d of %d frames went wrong: %s",
              tracking.of().board(),
              trial.errors(),
              trial.frames(),
              trial.reason()));
    }
    if (!quiet && trial.frames() - trial.errors() < GOOD_FRAMES) {
      return RolloutVerdict.waits("");
    }
    return others(tracking, others, nowNs);
  }

  /** Boards that cannot tell are not waited for. */
  private static RolloutVerdict others(Tracking tracking, Set<String> others, long nowNs) {
    boolean late = nowNs - tracking.sinceNs() >= FETCH_SECONDS * SECOND_NS;
    for (String agent : others) {
      Optional<TrialReport> trial = tracking.trial(agent);
      if (trial.isEmpty() && tracking.silent(agent) < SILENT_REPORTS) {
        return fetching(agent, "canary passed: ", late);
      }
      if (trial.isPresent() && trial.get().state() == TrialReport.State.FAILED) {
        return RolloutVerdict.failed(agent + ": " + trial.get().reason());
      }
      if (trial.isPresent() && trial.get().state() == TrialReport.State.FETCHING) {
        return fetching(agent, "canary passed: ", late);
      }
    }
    return RolloutVerdict.PASSED;
  }
}
