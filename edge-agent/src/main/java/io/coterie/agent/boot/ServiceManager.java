package io.coterie.agent.boot;

import com.sun.jna.Native;
import io.coterie.protocol.runtime.ThreadLoop;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how a service of type {@code notify} does, as sd_notify(3) has it: that it is
 * ready, in words what it does, and again and again that it is alive, or else it is restarted.
 * Where no service manager has asked, nothing is said and nothing is loaded.
 *
 * <p>Thread-safe.
 */
public final class ServiceManager {
  private static final Logger log = LoggerFactory.getLogger(ServiceManager.class);

  private final Optional<Consumer<String>> socket;
  private final long aliveEveryMs;

  private ServiceManager(Optional<Consumer<String>> socket, long aliveEveryMs) {
    this.socket = socket;
    this.aliveEveryMs = aliveEveryMs;
  }

  /** The manager that started this process, if there is one. */
  public static ServiceManager ofThisProcess() {
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
  public void ready(String doing) {
    send("READY=1\nSTATUS=" + doing);
  }

  /** What takes a while, and may fail. */
  interface Work<T, E extends Exception> {
    T get() throws E;
  }

  /** Says that the service is ready and, as long as the work takes, alive. */
  <T, E extends Exception> T aliveDuring(String doing, Work<T, E> work) throws E {
    ready(doing);
    if (aliveEveryMs == 0) {
      return work.get();
    }
    try (ThreadLoop timer = new ThreadLoop("alive")) {
      timer.every(TimeUnit.MILLISECONDS.toNanos(aliveEveryMs), () -> send("WATCHDOG=1"));
      return work.get();
    }
  }

  /** What tells in words what it does, again and again, until it hangs or ends. */
  public interface Pulse {
    void every(long periodMs, Consumer<String> listener);
  }

  /** From now on says what the service does, as long as its pulse is felt. */
  public void watch(Pulse pulse) {
    if (aliveEveryMs > 0) {
      pulse.every(aliveEveryMs, doing -> send("WATCHDOG=1\nSTATUS=" + doing));
    }
  }

  /** The same end, announced. */
  public Runnable stoppingBefore(Runnable close) {
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
