package io.coterie.agent.fusion;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * Latencies of the frames answered last that arrived after a given time: those of the last second,
 * or the last {@value #FEWEST} where these are fewer, but none older than five seconds.
 */
final class RecentLatencies {
  /** Fewer say nothing. */
  static final int FEWEST = 5;

  private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(1);
  private static final long OLDEST_NS = TimeUnit.SECONDS.toNanos(5);
  private static final int CAPACITY = 4096;
  private static final double PART = 0.95;

  private record Answer(long latencyNs, long atNs) {}

  private final Deque<Answer> answers = new ArrayDeque<>();
  private boolean begun;
  private long sinceNs;

  /** Forgets all, and whatever arrived before this time. */
  void beginAt(long nowNs) {
    answers.clear();
    sinceNs = nowNs;
    begun = true;
  }

  /** A frame that arrived at {@code openedNs} was answered now. */
  void add(long openedNs, long nowNs) {
    if (begun && openedNs - sinceNs < 0) {
      return;
    }
    answers.addLast(new Answer(nowNs - openedNs, nowNs));
    while (isTooOld(answers.getFirst(), nowNs) || answers.size() > CAPACITY) {
      answers.removeFirst();
    }
  }

  private boolean isTooOld(Answer answer, long nowNs) {
    long ageNs = nowNs - answer.atNs();
    return ageNs > OLDEST_NS || (ageNs > WINDOW_NS && answers.size() > FEWEST);
  }

  /** The 95th percentile in ms, by nearest rank; nothing where there are too few. */
  OptionalDouble percentileMs() {
    if (answers.size() < FEWEST) {
      return OptionalDouble.empty();
    }
    long[] sorted = answers.stream().mapToLong(Answer::latencyNs).sorted().toArray();
    return OptionalDouble.of(sorted[(int) Math.ceil(PART * sorted.length) - 1] / 1e6);
  }
}
