package io.coterie.agent.trial;

import io.coterie.protocol.bus.Message;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Holds the newest frame and drops older ones: a trial samples frames and blocks nobody.
 *
 * <p>Thread-safe.
 */
final class NewestFrame {
  private Message frame;
  private boolean closed;

  synchronized void offer(Message newest) {
    frame = newest;
    notifyAll();
  }

  /** Waits for a frame and removes it. Returns nothing once closed. */
  synchronized Optional<Message> take() throws InterruptedException {
    while (frame == null && !closed) {
      wait();
    }
    Message taken = frame;
    frame = null;
    return closed ? Optional.empty() : Optional.of(taken);
  }

  /** Sleeps for this time, or until closed. */
  synchronized void pause(long ns) throws InterruptedException {
    long untilNs = System.nanoTime() + ns;
    for (long left = ns; left > 0 && !closed; left = untilNs - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Makes all present and later calls of {@link #take} and {@link #pause} return. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
