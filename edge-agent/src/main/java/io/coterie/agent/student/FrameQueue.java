package io.coterie.agent.student;

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
  private boolean closed;

  FrameQueue(int capacity) {
    if (capacity <= 0) {
      throw new IllegalArgumentException("must be > 0: capacity=" + capacity);
    }
    this.capacity = capacity;
  }

  /** Adds the newest frame. If the queue is full, drops, counts and returns the oldest. */
  synchronized Optional<Frame> add(Frame frame) {
    Optional<Frame> oldest = Optional.empty();
    if (frames.size() == capacity) {
      oldest = Optional.of(frames.removeLast());
      dropped++;
    }
    frames.addFirst(frame);
    notifyAll();
    return oldest;
  }

  /**
   * Waits for a frame, removes the newest and returns it. Returns nothing once the queue is closed.
   */
  synchronized Optional<Frame> take() throws InterruptedException {
    while (frames.isEmpty() && !closed) {
      wait();
    }
    return closed ? Optional.empty() : Optional.of(frames.removeFirst());
  }

  /** Makes all present and later calls of {@link #take()} return nothing. */
  synchronized void close() {
    closed = true;
    notifyAll();
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
