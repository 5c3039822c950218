package io.coterie.agent.trial;

import io.coterie.protocol.bus.Message;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Room for one frame, of which the newest counts: a trial samples, and keeps nobody waiting.
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

  /** Waits for a frame; nothing once closed. */
  synchronized Optional<Message> take() throws InterruptedException {
    while (frame == null && !closed) {
      wait();
    }
    Message taken = frame;
    frame = null;
    return closed ? Optional.empty() : Optional.of(taken);
  }

  /** Lets time pass, unless closed. */
  synchronized void pause(long ns) throws InterruptedException {
    long untilNs = System.nanoTime() + ns;
    for (long left = ns; left > 0 && !closed; left = untilNs - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  /** Ends every {@link #take} and {@link #pause}, now and later. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
