package io.coterie.agent.gpio;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.Result;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pins of a board at work, on a thread of their own: whatever they do, or fail to do, nothing
 * else waits for them. Where there are no pins, everything here does nothing.
 *
 * <p>Thread-safe.
 */
public final class Panel implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Panel.class);

  /** The most results that may wait while a pin blocks the panel's thread. */
  private static final int MOST_RESULTS = 256;

  /** Gets the pins, on the panel's thread. */
  interface Opener {
    Pins open() throws PinException;
  }

  private final String agent;
  private final GpioSettings settings;
  private final Runnable drainOrResume;
  private final Runnable capture;
  private final Consumer<String> problems;
  private final ScheduledThreadPoolExecutor thread;
  private final AtomicInteger results = new AtomicInteger();
  private PinLogic logic;
  private Future<?> timer;

  /**
   * Takes the pins of this machine.
   *
   * @param drainOrResume what a long press of the button does
   * @param capture what the trigger does
   * @param problems hears of pins that cannot be used; on any thread
   */
  public Panel(
      String agent,
      GpioSettings settings,
      Runnable drainOrResume,
      Runnable capture,
      Consumer<String> problems) {
    this(agent, settings, drainOrResume, capture, problems, Pi4jPins::open);
  }

  Panel(
      String agent,
      GpioSettings settings,
      Runnable drainOrResume,
      Runnable capture,
      Consumer<String> problems,
      Opener opener) {
    this.agent = agent;
    this.settings = settings;
    this.drainOrResume = drainOrResume;
    this.capture = capture;
    this.problems = problems;
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread created = new Thread(task, "gpio-" + agent);
              created.setDaemon(true);
              return created;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setRemoveOnCancelPolicy(true);
    execute(() -> open(opener));
  }

  private void open(Opener opener) {
    try {
      logic =
          new PinLogic(
              settings,
              opener.open(),
              new PinLogic.Actions(this::identify, drainOrResume, capture),
              (pin, high) -> heard((logic, nowNs) -> logic.edge(pin, high, nowNs)),
              problem -> problems.accept("a pin is not used, all else goes on: " + problem),
              System.nanoTime());
      schedule();
    } catch (PinException e) {
      problems.accept("pins are not used, all else goes on: " + e.getMessage());
    }
  }

  /** Shows the agent's condition on the status LED. */
  public void seen(Condition condition) {
    heard((logic, nowNs) -> logic.seen(condition, nowNs));
  }

  /** Blinks, so that somebody can see which board this is; a line in the log where it cannot. */
  public void identify() {
    execute(
        () -> {
          boolean light = logic != null && logic.hasLight();
          log.info("identify: agent={} led={}", agent, light);
          if (logic != null) {
            logic.identify(System.nanoTime());
            schedule();
          }
        });
  }

  /**
   * Processes a message on the result topic of a deployment. A message that is no result is
   * ignored. Results that arrive faster than the panel processes them are dropped.
   */
  public void result(String deployment, byte[] payload) {
    if (results.incrementAndGet() > MOST_RESULTS) {
      results.decrementAndGet();
      return;
    }
    heard(
        (logic, nowNs) -> {
          results.decrementAndGet();
          try {
            logic.result(deployment, Json.read(payload, Result.class), nowNs);
          } catch (JsonException e) {
            log.debug("ignored a result: deployment={} reason={}", deployment, e.getMessage());
          }
        });
  }

  private void heard(ObjLongConsumer<PinLogic> event) {
    execute(
        () -> {
          if (logic != null) {
            event.accept(logic, System.nanoTime());
            schedule();
          }
        });
  }

  private void schedule() {
    if (timer != null) {
      timer.cancel(false);
    }
    long nowNs = System.nanoTime();
    OptionalLong dueNs = logic.dueNs(nowNs);
    if (dueNs.isPresent() && !thread.isShutdown()) {
      long delayNs = Math.max(0, dueNs.getAsLong() - nowNs);
      Runnable look = guarded(() -> heard(PinLogic::tick));
      timer = thread.schedule(look, delayNs, TimeUnit.NANOSECONDS);
    }
  }

  private void execute(Runnable task) {
    try {
      thread.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("closed: agent={}", agent);
    }
  }

  private Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("pins failed: agent={}", agent, e);
      }
    };
  }

  /** Turns all outputs off and releases the pins. Idempotent. */
  @Override
  public void close() {
    execute(
        () -> {
          if (logic != null) {
            logic.close();
            logic = null;
          }
        });
    thread.shutdown();
    try {
      if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
        log.warn("pins were not given back within 2 s: agent={}", agent);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
