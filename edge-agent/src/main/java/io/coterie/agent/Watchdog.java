package io.coterie.agent;

import io.coterie.inference.Engine;
import io.coterie.protocol.runtime.EventLoop;
import io.coterie.protocol.runtime.FatalErrors;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at an agent's event loop and engine from a thread of its own ({@link Liveness}). */
final class Watchdog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watchdog.class);

  private final EventLoop loop;
  private final Supplier<Optional<Engine>> engine;
  private final BooleanSupplier loading;
  private final LongSupplier deadlineMs;
  private final Consumer<Optional<String>> listener;
  private final ScheduledExecutorService thread;
  private final Liveness liveness = new Liveness();
  private Optional<String> before = Optional.empty();
  private volatile boolean asked;

  /**
   * Begins to look.
   *
   * @param engine at work; empty while there is none
   * @param loading whether the loop does what may take long
   * @param deadlineMs the longest of what the agent does
   * @param listener is told what does not come back any more, and with nothing when all does
   */
  Watchdog(
      String agent,
      EventLoop loop,
      Supplier<Optional<Engine>> engine,
      BooleanSupplier loading,
      LongSupplier deadlineMs,
      Consumer<Optional<String>> listener) {
    this.loop = loop;
    this.engine = engine;
    this.loading = loading;
    this.deadlineMs = deadlineMs;
    this.listener = listener;
    thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread created = new Thread(task, "watchdog-" + agent);
              created.setDaemon(true);
              return created;
            });
    Future<?> unused =
        thread.scheduleWithFixedDelay(
            this::look, Liveness.PERIOD_MS, Liveness.PERIOD_MS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      boolean loopCameBack = !asked;
      if (loopCameBack) {
        asked = true;
        loop.execute(() -> asked = false);
      }
      OptionalLong running = engine.get().map(Engine::runningSinceNs).orElse(OptionalLong.empty());
      Optional<String> now =
          liveness.look(loopCameBack, loading.getAsBoolean(), running, deadlineMs.getAsLong());
      if (!now.equals(before)) {
        before = now;
        listener.accept(now);
      }
    } catch (RuntimeException e) {
      log.error("failed to look at the agent", e);
    } catch (Error e) {
      FatalErrors.uncaught(e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
