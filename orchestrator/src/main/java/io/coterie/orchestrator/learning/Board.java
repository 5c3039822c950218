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
record Board(
    Pace pace,
    Failures failures,
    long incarnation,
    long missedTotal,
    long delivered,
    long missed,
    double unheardSeconds) {
  static final Board UNKNOWN = new Board(Pace.UNKNOWN, Failures.NONE, 0, 0, 0, 0, 0);

  Board {
    Check.present(pace, "pace");
    Check.present(failures, "failures");
    Check.notNegative(missedTotal, "missedTotal");
    Check.notNegative(delivered, "delivered");
    Check.notNegative(missed, "missed");
  }

  /** A sign of life; an agent that started anew begins at its usual pace, counting from 0. */
  Board met(long newIncarnation) {
    return newIncarnation == incarnation
        ? new Board(pace, failures, incarnation, missedTotal, delivered, missed, 0)
        : new Board(pace.restarted(), failures, newIncarnation, 0, delivered, missed, 0);
  }

  /** Takes a report in. */
  Board heard(long newIncarnation, long newMissedTotal, Map<String, Progress> progress) {
    Board met = met(newIncarnation);
    return new Board(
        met.pace.heard(progress),
        failures,
        newIncarnation,
        newMissedTotal,
        delivered + freshFrames(progress),
        missed + Math.max(0, newMissedTotal - met.missedTotal),
        0);
  }

  /** Frames, not portions: the student that ran most often tells. */
  private long freshFrames(Map<String, Progress> progress) {
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

  Board lost() {
    return new Board(
        pace, failures.lost(), incarnation, missedTotal, delivered, missed, unheardSeconds);
  }

  /** Another board or another release under the same name: its latencies say nothing any more. */
  Board changed() {
    return new Board(
        Pace.UNKNOWN, failures, incarnation, missedTotal, delivered, missed, unheardSeconds);
  }

  /**
   * Time passes.
   *
   * @param working whether the board is online and has students to run
   */
  Board elapsed(double seconds, boolean working, double forgetSeconds) {
    double share = delivered + missed == 0 ? 0 : (double) missed / (delivered + missed);
    Failures aged = failures.aged(seconds);
    return new Board(
        pace.elapsed(seconds, forgetSeconds),
        working ? aged.worked(seconds, share) : aged,
        incarnation,
        missedTotal,
        0,
        0,
        unheardSeconds + seconds);
  }
}
