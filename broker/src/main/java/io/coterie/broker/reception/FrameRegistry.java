package io.coterie.broker.reception;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.message.FrameKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * Which frames a broker has taken, and which of them have their result: so that each gets one, and
 * only one, whatever becomes of those who answer. Frames are forgotten after a minute without news
 * of them, or {@value #CAPACITY} frames.
 *
 * <p>Thread-safe.
 */
final class FrameRegistry {
  /** Nobody waits longer, and no identity counts longer. */
  static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(60);

  private static final int CAPACITY = 65_536;

  private record Key(String deployment, FrameKey frame) {}

  private enum State {
    OPEN,
    /** Or another frame under its identity was: it may still be answered. */
    REJECTED,
    ANSWERED
  }

  private record Entry(State state, FrameArrival frame, long atNs) {}

  /** A frame, and when it or its rejection came last. */
  record Taken(FrameArrival frame, long atNs) {}

  /** A frame that nobody has answered in time. */
  record Overdue(String deployment, FrameArrival frame) {}

  private final Map<Key, Entry> frames = new LinkedHashMap<>();

  /** A frame came. A repeat under the publisher's own identity is the same frame. */
  synchronized void taken(String deployment, FrameArrival frame, long nowNs) {
    Key key = new Key(deployment, frame.key());
    Entry before = frames.get(key);
    boolean repeat =
        before != null
            && before.state() == State.ANSWERED
            && frame.key().isPublishers()
            && nowNs - before.atNs() < WINDOW_NS;
    if (!repeat) {
      put(key, new Entry(State.OPEN, frame, nowNs));
    }
  }

  /** A frame was rejected, for itself or as another one under the identity of one before. */
  synchronized void rejected(String deployment, FrameKey frame, long nowNs) {
    Key key = new Key(deployment, frame);
    Entry before = frames.get(key);
    if (before != null && before.state() == State.OPEN) {
      put(key, new Entry(State.REJECTED, before.frame(), nowNs));
    }
  }

  /** A result came: what it is the first of; empty where it is not. */
  synchronized Optional<Taken> answers(String deployment, FrameKey frame, long nowNs) {
    Key key = new Key(deployment, frame);
    Entry before = frames.get(key);
    if (before == null || before.state() == State.ANSWERED) {
      return Optional.empty();
    }
    put(key, new Entry(State.ANSWERED, before.frame(), nowNs));
    return Optional.of(new Taken(before.frame(), before.atNs()));
  }

  /**
   * The frames that have waited for too long.
   *
   * @param patienceNs how long those of a deployment may wait
   */
  synchronized List<Overdue> overdue(ToLongFunction<String> patienceNs, long nowNs) {
    List<Overdue> overdue = new ArrayList<>();
    for (Map.Entry<Key, Entry> one : frames.entrySet()) {
      Entry entry = one.getValue();
      String deployment = one.getKey().deployment();
      if (entry.state() == State.OPEN
          && nowNs - entry.atNs() > patienceNs.applyAsLong(deployment)) {
        overdue.add(new Overdue(deployment, entry.frame()));
      }
    }
    return overdue;
  }

  private void put(Key key, Entry entry) {
    frames.remove(key);
    frames.put(key, entry);
    Iterator<Entry> oldestFirst = frames.values().iterator();
    boolean tooMany = true;
    while (tooMany) {
      Entry oldest = oldestFirst.next();
      tooMany = frames.size() > CAPACITY || entry.atNs() - oldest.atNs() > WINDOW_NS;
      if (tooMany) {
        oldestFirst.remove();
      }
    }
  }

  /** Number of frames without a result that came within this time. */
  synchronized int open(long withinNs, long nowNs) {
    return (int)
        frames.values().stream()
            .filter(entry -> entry.state() == State.OPEN && nowNs - entry.atNs() <= withinNs)
            .count();
  }
}
