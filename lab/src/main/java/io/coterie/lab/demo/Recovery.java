package io.coterie.lab.demo;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How long the fleet took to keep a latency target again after its boards became slow. Windows of
 * one second end at each frame that is sent after the slowdown. The fleet has recovered with the
 * first window that keeps the target and after which none misses it, if a whole second of frames
 * follows to show it. A frame without an answer is late. So the figure is never better than what a
 * user saw, and up to a second worse.
 */
final class Recovery {
  /** The part of the frames that are to keep the target. */
  static final double FRACTION = 0.95;

  private static final long WINDOW_NS = 1_000_000_000L;

  private Recovery() {}

  /**
   * Seconds from the slowdown to the last frame of the first window that keeps the target for good.
   *
   * @param frames by rising send time
   * @return 0 where no window misses it; nothing where the last second does, or where no frame was
   *     sent after the slowdown
   */
  static OptionalDouble seconds(List<FrameTrace> frames, double targetMs, long slowedNs) {
    int begin = 0;
    int late = 0;
    boolean sentAfter = false;
    int lastMiss = -1;
    for (int i = 0; i < frames.size(); i++) {
      late += isLate(frames.get(i), targetMs) ? 1 : 0;
      while (frames.get(i).sentNs() - frames.get(begin).sentNs() >= WINDOW_NS) {
        late -= isLate(frames.get(begin), targetMs) ? 1 : 0;
        begin++;
      }
      if (frames.get(i).sentNs() - slowedNs >= 0) {
        sentAfter = true;
        lastMiss = isMiss(late, i + 1 - begin) ? i : lastMiss;
      }
    }
    if (!sentAfter || lastMiss < 0) {
      return sentAfter ? OptionalDouble.of(0) : OptionalDouble.empty();
    }
    return keptFrom(frames, lastMiss + 1, slowedNs);
  }

  private static OptionalDouble keptFrom(List<FrameTrace> frames, int index, long slowedNs) {
    if (index >= frames.size()) {
      return OptionalDouble.empty();
    }
    long keptNs = frames.get(index).sentNs();
    long shownNs = frames.get(frames.size() - 1).sentNs() - keptNs;
    return shownNs < WINDOW_NS
        ? OptionalDouble.empty()
        : OptionalDouble.of((keptNs - slowedNs) / 1e9);
  }

  private static boolean isLate(FrameTrace frame, double targetMs) {
    return frame.latencyMs() > targetMs;
  }

  /** Whether the nearest-rank percentile of a window with so many late frames is late. */
  private static boolean isMiss(int late, int count) {
    return late > count - (int) Math.ceil(FRACTION * count);
  }
}
