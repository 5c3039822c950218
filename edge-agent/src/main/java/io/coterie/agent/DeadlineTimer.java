package io.coterie.agent;

import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Runs an action when the next deadline has passed, and again for the one after. There is one timer
 * for any number of deadlines: it is set anew only if a sooner one turns up.
 *
 * <p>Lives on the runtime thread.
 */
final class DeadlineTimer {
  private final ScheduledExecutorService runtime;
  private final Supplier<OptionalLong> nextNs;
  private final Runnable action;
  private ScheduledFuture<?> timer;
  private long timerNs;

  /**
   * Creates a timer that is not set yet.
   *
   * @param nextNs the next deadline, as of {@link System#nanoTime()}
   * @param action what to do when it has passed; must not throw
   */
  DeadlineTimer(ScheduledExecutorService runtime, Supplier<OptionalLong> nextNs, Runnable action) {
    this.runtime = runtime;
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
      timer.cancel(false);
    }
    timerNs = next.getAsLong();
    long delayNs = Math.max(0, timerNs - System.nanoTime());
    timer = runtime.schedule(this::expired, delayNs, TimeUnit.NANOSECONDS);
  }

  private void expired() {
    timer = null;
    action.run();
    update();
  }
}
