package io.coterie.cli.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Announces a hub on the interfaces that there are, while there is something to say. Interfaces
 * that come or get other addresses are noticed within seconds; where announcing fails, it is tried
 * again for ever, and said once.
 */
public final class Announcer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Announcer.class);

  private static final long TICK_MS = 5_000;

  /** The last goodbyes may get lost: nobody waits long for them. */
  private static final long GOODBYE_MS = 2_500;

  /** Where to announce at the moment; nowhere while the hub does not serve. */
  interface Where {
    List<Link> links() throws IOException;
  }

  /** Announces on one interface. */
  interface Voice {
    Closeable announce(Link link) throws IOException;
  }

  private final Where where;
  private final Voice voice;
  private final ScheduledExecutorService runtime;
  private final Map<Link, Closeable> open = new ConcurrentHashMap<>();
  private boolean complained;

  Announcer(Where where, Voice voice) {
    this.where = where;
    this.voice = voice;
    runtime =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "mdns");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Announces a hub.
   *
   * @param bind numeric address that it listens on
   * @param serves whether it does, at the moment
   */
  public static Announcer announce(Announcement hub, String bind, BooleanSupplier serves) {
    return start(
        () -> serves.getAsBoolean() ? Link.of(Link.all(), InetAddress.getByName(bind)) : List.of(),
        link -> Mdns.announce(link, hub));
  }

  static Announcer start(Where where, Voice voice) {
    Announcer announcer = new Announcer(where, voice);
    ScheduledFuture<?> unused =
        announcer.runtime.scheduleWithFixedDelay(
            announcer::tick, 0, TICK_MS, TimeUnit.MILLISECONDS);
    return announcer;
  }

  /** What has come and gone since the last time. */
  void tick() {
    try {
      List<Link> wanted = where.links();
      for (Link link : List.copyOf(open.keySet())) {
        if (!wanted.contains(link)) {
          shut(link);
        }
      }
      boolean failed = false;
      for (Link link : wanted) {
        failed |= !open.containsKey(link) && !open(link);
      }
      complained &= failed;
    } catch (IOException | RuntimeException e) {
      complain("every interface", e);
    }
  }

  private boolean open(Link link) {
    try {
      open.put(link, voice.announce(link));
      log.info(
          "announced by mDNS: interface={} address={}", link.name(), link.address().orElse(null));
      return true;
    } catch (IOException | RuntimeException e) {
      complain(link.name(), e);
      return false;
    }
  }

  private void shut(Link link) {
    try {
      open.remove(link).close();
      log.info("not announced any more: interface={}", link.name());
    } catch (IOException | RuntimeException e) {
      log.debug("goodbye failed: interface={} reason={}", link.name(), e.getMessage());
    }
  }

  private void complain(String what, Exception e) {
    if (!complained) {
      log.warn(
          "cannot announce the hub by mDNS, keeps trying: interface={} reason={}",
          what,
          e.toString());
      complained = true;
    }
  }

  /** Where it is announced. */
  Set<Link> announced() {
    return Set.copyOf(open.keySet());
  }

  @Override
  public void close() {
    runtime.shutdown();
    List<Thread> goodbyes = new ArrayList<>();
    try {
      boolean unused = runtime.awaitTermination(GOODBYE_MS, TimeUnit.MILLISECONDS);
      for (Link link : List.copyOf(open.keySet())) {
        Thread goodbye = new Thread(() -> shut(link), "mdns-goodbye");
        goodbye.setDaemon(true);
        goodbye.start();
        goodbyes.add(goodbye);
      }
      for (Thread goodbye : goodbyes) {
        goodbye.join(GOODBYE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
