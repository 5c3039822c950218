package io.coterie.agent;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which an agent makes all decisions and changes all state. An exception of a
 * task is logged, and the thread goes on.
 *
 * <p>Thread-safe.
 */
final class RuntimeThread implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RuntimeThread.class);

  private static final long CLOSING_SECONDS = 5;

  private final String agent;
  private final ScheduledThreadPoolExecutor executor;

  RuntimeThread(String agent) {
    this.agent = agent;
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "agent-" + agent);
              thread.setDaemon(true);
              return thread;
            });
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** For timers; tasks have to be {@linkplain #guarded guarded}. */
  ScheduledExecutorService executor() {
    return executor;
  }

  /** Runs the task as soon as possible. Does nothing after {@link #close}. */
  void execute(Runnable task) {
    try {
      executor.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("closed: agent={}", agent);
    }
  }

  /** Runs the task periodically. */
  void every(long milliseconds, Runnable task) {
    ScheduledFuture<?> unused =
        executor.scheduleWithFixedDelay(
            guarded(task), milliseconds, milliseconds, TimeUnit.MILLISECONDS);
  }

  /** Wraps the task so that its exceptions are logged and not thrown. */
  Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("agent failed to handle an event: agent={}", agent, e);
      }
    };
  }

  /** Runs the tasks that were submitted before, and ends the thread. Idempotent. */
  @Override
  public void close() {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        log.warn("agent did not end within {} s: agent={}", CLOSING_SECONDS, agent);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
