package io.coterie.orchestrator.learning;

import io.coterie.protocol.json.Check;
import java.util.Map;

/**
 * What was learnt of one board.
 *
 * @param incarnation of the agent at the last sign of life
 * @param missedTotal frames dropped and inferences failed, as its last report counts them
 * @param delivered frames computed since time last {@link #elapsed}
 * @param missed the same of frames dropped and inferences failed
 * @param unheardSeconds since the last sign of life
 */
record LearntBoard(
    Pace pace,
    Failures failures,
    long incarnation,
    long missedTotal,
    long delivered,
    long missed,
    double unheardSeconds) {
  static final LearntBoard UNKNOWN = new LearntBoard(Pace.UNKNOWN, Failures.NONE, 0, 0, 0, 0, 0);

  LearntBoard {
    Check.present(pace, "pace");
    Check.present(failures, "failures");
    Check.notNegative(missedTotal, "missedTotal");
    Check.notNegative(delivered, "delivered");
    Check.notNegative(missed, "missed");
  }

  /** A sign of life; an agent that started anew begins at its usual pace, counting from 0. */
  LearntBoard met(long newIncarnation) {
    return newIncarnation == incarnation
        ? new LearntBoard(pace, failures, incarnation, missedTotal, delivered, missed, 0)
        : new LearntBoard(pace.restarted(), failures, newIncarnation, 0, delivered, missed, 0);
  }

  /** Takes a report in. */
  LearntBoard heard(
      long newIncarnation, long newMissedTotal, Map<String, StudentProgress> progress) {
    LearntBoard met = met(newIncarnation);
    return new LearntBoard(
        met.pace.heard(progress),
        failures,
        newIncarnation,
        newMissedTotal,
        delivered + freshFrames(progress),
        missed + Math.max(0, newMissedTotal - met.missedTotal),
        0);
  }

  /** Frames, not portions: the student that ran most often tells. */
  private long freshFrames(Map<String, StudentProgress> progress) {
    return progress.entrySet().stream()
        .mapToLong(
            entry ->
                entry
                    .getValue()
                    .framesSince(
                        pace.models().getOrDefault(entry.getKey(), Measured.NOTHING).progress()))
        .max()
        .orElse(0);
  }

  LearntBoard lost() {
    return new LearntBoard(
        pace, failures.lost(), incarnation, missedTotal, delivered, missed, unheardSeconds);
  }

  /** Another board or another release under the same name: its latencies say nothing any more. */
  LearntBoard changed() {
    return new LearntBoard(
        Pace.UNKNOWN, failures, incarnation, missedTotal, delivered, missed, unheardSeconds);
  }

  /**
   * Time passes.
   *
   * @param working whether the board is online and has students to run
   */
  LearntBoard elapsed(double seconds, boolean working, double forgetSeconds) {
    double share = delivered + missed == 0 ? 0 : (double) missed / (delivered + missed);
    Failures aged = failures.aged(seconds);
    return new LearntBoard(
        pace.elapsed(seconds, forgetSeconds),
        working ? aged.worked(seconds, share) : aged,
        incarnation,
        missedTotal,
        0,
        0,
        unheardSeconds + seconds);
  }
}
