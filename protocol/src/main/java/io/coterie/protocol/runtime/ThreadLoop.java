package io.coterie.protocol.runtime;

import io.coterie.protocol.WallClock;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An event loop on a thread of its own, with the process's clocks.
 *
 * <p>Thread-safe.
 */
public final class ThreadLoop implements EventLoop, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);

  private static final long CLOSING_SECONDS = 5;

  private final String name;
  private final RateLimit failures = new RateLimit(Duration.ofMinutes(1));
  private final ScheduledThreadPoolExecutor executor;

  /**
   * Starts the loop.
   *
   * @param name of the thread, a daemon
   */
  public ThreadLoop(String name) {
    this.name = name;
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, name);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nowNs() {
    return System.nanoTime();
  }

  @Override
  public long wallClockMs() {
    return WallClock.ms();
  }

  @Override
  public RandomGenerator random() {
    return ThreadLocalRandom.current();
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("ended: loop={}", name);
    }
  }

  @Override
  public Timer after(long delayNs, Runnable task) {
    try {
      Future<?> timer =
          executor.schedule(guarded(task), Math.max(0, delayNs), TimeUnit.NANOSECONDS);
      return () -> timer.cancel(false);
    } catch (RejectedExecutionException e) {
      log.debug("ended: loop={}", name);
      return () -> {};
    }
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        failures
            .pass(RateLimit.kind(e), nowNs())
            .ifPresent(
                unsaid ->
                    log.error("failed to handle an event: loop={} unsaid={}", name, unsaid, e));
      } catch (Error e) {
        FatalErrors.uncaught(e);
      }
    };
  }

  /** Does what was handed over before, gives up its timers, and ends. Idempotent. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        log.warn("did not end within {} s: loop={}", CLOSING_SECONDS, name);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
