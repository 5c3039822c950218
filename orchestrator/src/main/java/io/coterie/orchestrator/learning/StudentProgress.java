package io.coterie.orchestrator.learning;

import java.util.OptionalDouble;

/**
 * How far an agent has come with one student, as a report tells it.
 *
 * @param frames computed since the student was loaded
 * @param totalMs time they took together; 0 where the agent does not tell
 * @param recentMs mean that the agent keeps of its last frames
 */
public record StudentProgress(long frames, double totalMs, double recentMs) {
  /** The first frames of a student are warm-up and count for nothing. */
  static final long WARM_UP_FRAMES = 20;

  /** What no board can do, and what nobody would wait for, is garbage. */
  private static final double MIN_SECONDS = 1e-6;

  private static final double MAX_SECONDS = 3600;

  /** Nothing yet. */
  static final StudentProgress NONE = new StudentProgress(0, 0, 0);

  /** Both together, where two deployments run the same student. */
  public StudentProgress and(StudentProgress other) {
    boolean told = totalMs > 0 && other.totalMs > 0;
    double weight = (double) frames / Math.max(1, frames + other.frames);
    return new StudentProgress(
        frames + other.frames,
        told ? totalMs + other.totalMs : 0,
        weight * recentMs + (1 - weight) * other.recentMs);
  }

  /** Frames that are new since; all of them where the student was loaded again meanwhile. */
  long framesSince(StudentProgress before) {
    return restartedSince(before) ? frames : frames - before.frames;
  }

  /** Mean seconds of the frames that are new since; empty where there are none but warm-up. */
  OptionalDouble secondsSince(StudentProgress before) {
    long fresh = framesSince(before);
    if (fresh == 0 || frames < WARM_UP_FRAMES) {
      return OptionalDouble.empty();
    }
    double seconds = meanMs(before, fresh) / 1e3;
    return seconds >= MIN_SECONDS && seconds <= MAX_SECONDS
        ? OptionalDouble.of(seconds)
        : OptionalDouble.empty();
  }

  private double meanMs(StudentProgress before, long fresh) {
    if (restartedSince(before) || before.frames == 0) {
      return totalMs > 0 ? totalMs / frames : recentMs;
    }
    return totalMs > 0 && before.totalMs > 0 ? (totalMs - before.totalMs) / fresh : recentMs;
  }

  private boolean restartedSince(StudentProgress before) {
    return frames < before.frames || totalMs < before.totalMs;
  }
}
