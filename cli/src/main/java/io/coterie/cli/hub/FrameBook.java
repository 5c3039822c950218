package io.coterie.cli.hub;

import io.coterie.protocol.message.FrameKey;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which frames a broker has taken, and which of them have their result: so that each gets one,
 * whoever else answers it. Frames are forgotten after a minute without news of them, or {@value
 * #CAPACITY} frames.
 *
 * <p>Thread-safe.
 */
final class FrameBook {
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

  private record Entry(State state, long atNs) {}

  private final Map<Key, Entry> frames = new LinkedHashMap<>();

  /** A frame came. A repeat under the publisher's own identity is the same frame. */
  synchronized void taken(String deployment, FrameKey frame, long nowNs) {
    Key key = new Key(deployment, frame);
    Entry before = frames.get(key);
    boolean repeat =
        before != null
            && before.state() == State.ANSWERED
            && frame.isPublishers()
            && nowNs - before.atNs() < WINDOW_NS;
    if (!repeat) {
      put(key, new Entry(State.OPEN, nowNs));
    }
  }

  /** A frame was rejected, for itself or as another one under the identity of one before. */
  synchronized void rejected(String deployment, FrameKey frame, long nowNs) {
    Key key = new Key(deployment, frame);
    Entry before = frames.get(key);
    if (before != null && before.state() == State.OPEN) {
      put(key, new Entry(State.REJECTED, nowNs));
    }
  }

  /** A result came: whether it is the first of a frame that was taken. */
  synchronized boolean answers(String deployment, FrameKey frame, long nowNs) {
    Key key = new Key(deployment, frame);
    Entry before = frames.get(key);
    if (before == null || before.state() == State.ANSWERED) {
      return false;
    }
    put(key, new Entry(State.ANSWERED, nowNs));
    return true;
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
