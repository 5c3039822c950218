package io.coterie.agent.student;

import io.coterie.protocol.json.Check;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Frames that wait, newest first. When it is full the oldest goes: under overload the newest frames
 * are still answered in time instead of all being late.
 *
 * <p>Thread-safe.
 */
final class FrameQueue {
  private final int capacity;
  private final Deque<Frame> frames = new ArrayDeque<>();
  private long dropped;

  FrameQueue(int capacity) {
    this.capacity = Check.positive(capacity, "capacity");
  }

  /** Adds the newest frame; drops, counts and gives back the oldest if there is no room. */
  synchronized Optional<Frame> add(Frame frame) {
    Optional<Frame> oldest = Optional.empty();
    if (frames.size() == capacity) {
      oldest = Optional.of(frames.removeLast());
      dropped++;
    }
    frames.addFirst(frame);
    return oldest;
  }

  synchronized Optional<Frame> take() {
    return Optional.ofNullable(frames.pollFirst());
  }

  /** Counts a frame that was dropped after it was taken. */
  synchronized void countDropped() {
    dropped++;
  }

  synchronized int size() {
    return frames.size();
  }

  synchronized long dropped() {
    return dropped;
  }
}
