package io.coterie.agent;

import io.coterie.protocol.runtime.EventLoop;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Runs an action when the next deadline has passed, and again for the one after. There is one timer
 * for any number of deadlines: it is set anew only if a sooner one turns up.
 *
 * <p>Lives on the event loop.
 */
final class DeadlineTimer {
  private final EventLoop loop;
  private final Supplier<OptionalLong> nextNs;
  private final Runnable action;
  private EventLoop.Timer timer;
  private long timerNs;

  /**
   * Creates a timer that is not set yet.
   *
   * @param nextNs the next deadline, by the loop's clock
   * @param action what to do when it has passed
   */
  DeadlineTimer(EventLoop loop, Supplier<OptionalLong> nextNs, Runnable action) {
    this.loop = loop;
    this.nextNs = nextNs;
    this.action = action;
  }

  /** To be called whenever deadlines may have been added. */
  void update() {
    OptionalLong next = nextNs.get();
    if (next.isEmpty() || (timer != null && next.getAsLong() - timerNs >= 0)) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    timerNs = next.getAsLong();
    timer = loop.after(timerNs - loop.nowNs(), this::expired);
  }

  private void expired() {
    timer = null;
    try {
      action.run();
    } finally {
      update();
    }
  }
}
