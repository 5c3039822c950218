package io.coterie.lab.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * An endless sequence of faults, decided by a seed: all kinds in a random order, then all in
 * another, each for a random time. Not thread-safe.
 */
final class FaultSchedule {
  private final List<Fault> kinds;
  private final Random random;
  private final Deque<Fault> next = new ArrayDeque<>();

  /**
   * Begins with the first.
   *
   * @param kinds what there is to choose from, not empty
   */
  FaultSchedule(long seed, List<Fault> kinds) {
    if (kinds.isEmpty()) {
      throw new IllegalArgumentException("no faults");
    }
    this.kinds = List.copyOf(kinds);
    random = new Random(seed);
  }

  /** The next fault. */
  Fault next() {
    if (next.isEmpty()) {
      List<Fault> shuffled = new ArrayList<>(kinds);
      Collections.shuffle(shuffled, random);
      next.addAll(shuffled);
    }
    Fault kind = next.removeFirst();
    return new Fault(kind.action(), kind.target(), kind.action().seconds(random.nextDouble()));
  }

  /** One of several, such as the boards. */
  <T> T choose(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
