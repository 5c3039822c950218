package io.coterie.cli.hub;

import com.sun.jna.Native;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how a service of type {@code notify} does, as sd_notify(3) has it: that it is
 * ready, in words what it does, and again and again that it is alive, or else it is restarted.
 * Where no service manager has asked, nothing is said and nothing is loaded.
 *
 * <p>Thread-safe.
 */
final class ServiceManager {
  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

  private final Optional<Consumer<String>> socket;
  private final long aliveEveryMs;

  private ServiceManager(Optional<Consumer<String>> socket, long aliveEveryMs) {
    this.socket = socket;
    this.aliveEveryMs = aliveEveryMs;
  }

  /** The manager that started this process, if there is one. */
  static ServiceManager ofThisProcess() {
    Map<String, String> environment = System.getenv();
    if (!environment.containsKey("NOTIFY_SOCKET")) {
      return of(environment, Optional.empty());
    }
    try {
      Native.register(Libsystemd.class, "libsystemd.so.0");
      return of(environment, Optional.of(text -> Libsystemd.sd_notify(0, text)));
    } catch (UnsatisfiedLinkError e) {
      log.warn("cannot tell the service manager anything: {}", e.getMessage());
      return of(environment, Optional.empty());
    }
  }

  /**
   * A manager that hears what is sent to {@code socket}.
   *
   * @param environment has {@code WATCHDOG_USEC}, the microseconds after which silence means death,
   *     if that matters
   */
  static ServiceManager of(Map<String, String> environment, Optional<Consumer<String>> socket) {
    String microseconds = environment.getOrDefault("WATCHDOG_USEC", "");
    long silenceMs = microseconds.matches("\\d{1,18}") ? Long.parseLong(microseconds) / 1000 : 0;
    // A third, so that one that comes late does no harm.
    return new ServiceManager(socket, socket.isEmpty() || silenceMs <= 0 ? 0 : silenceMs / 3 + 1);
  }

  /** Says that the service has started. */
  void ready(String doing) {
    send("READY=1\nSTATUS=" + doing);
  }

  /** Says that the service is ready and, as long as the work takes, alive. */
  <T> T aliveDuring(String doing, Supplier<T> work) {
    ready(doing);
    if (aliveEveryMs == 0) {
      return work.get();
    }
    ScheduledExecutorService timer = everyOfAThread(aliveEveryMs, () -> send("WATCHDOG=1"));
    try {
      return work.get();
    } finally {
      timer.shutdownNow();
    }
  }

  /** Runs the task again and again on a thread of its own, which keeps no process from ending. */
  static ScheduledExecutorService everyOfAThread(long periodMs, Runnable task) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            runnable -> {
              Thread thread = new Thread(runnable, "alive");
              thread.setDaemon(true);
              return thread;
            });
    var unused = timer.scheduleWithFixedDelay(task, periodMs, periodMs, TimeUnit.MILLISECONDS);
    return timer;
  }

  /** What tells in words what it does, again and again, until it hangs or ends. */
  interface Pulse {
    void every(long periodMs, Consumer<String> listener);
  }

  /** From now on says what the service does, as long as its pulse is felt. */
  void watch(Pulse pulse) {
    if (aliveEveryMs > 0) {
      pulse.every(aliveEveryMs, doing -> send("WATCHDOG=1\nSTATUS=" + doing));
    }
  }

  /** The same end, announced. */
  Runnable stoppingBefore(Runnable close) {
    return () -> {
      send("STOPPING=1");
      close.run();
    };
  }

  private void send(String text) {
    socket.ifPresent(to -> to.accept(text));
  }

  /** The library that every system with systemd has. */
  static final class Libsystemd {
    private Libsystemd() {}

    /** Sends the lines to {@code $NOTIFY_SOCKET}. */
    static native int sd_notify(int unsetEnvironment, String lines);
  }
}
