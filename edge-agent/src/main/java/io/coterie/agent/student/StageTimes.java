package io.coterie.agent.student;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long one student's frames took. A value, so that other threads read sums and counts that
 * belong together.
 *
 * @param latencyMs mean of the last frames, which count most
 * @param frames since the student was loaded
 * @param totalMs sum over those frames
 * @param stages frames that went through each stage
 */
record StageTimes(double latencyMs, long frames, double totalMs, List<Long> stages) {
  /** Weight of the newest frame in the mean latency. */
  private static final double NEWEST_WEIGHT = 0.1;

  StageTimes {
    stages = List.copyOf(stages);
  }

  /** The times before the first frame. */
  static StageTimes none(int stages) {
    return new StageTimes(0, 0, 0, Collections.nCopies(stages, 0L));
  }

  /**
   * Returns the times with one more frame.
   *
   * @param ms that all its stages took, or would have taken
   * @param through number of stages it went through
   */
  StageTimes and(double ms, int through) {
    double mean = frames == 0 ? ms : latencyMs + NEWEST_WEIGHT * (ms - latencyMs);
    List<Long> counts = new ArrayList<>(stages);
    for (int stage = 0; stage < through; stage++) {
      counts.set(stage, counts.get(stage) + 1);
    }
    return new StageTimes(mean, frames + 1, totalMs + ms, counts);
  }
}
