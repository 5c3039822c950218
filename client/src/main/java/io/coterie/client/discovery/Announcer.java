package io.coterie.client.discovery;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
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

  /** Before it is tried again where announcing began and broke off. */
  private static final long REST_NS = 60_000_000_000L;

  /** The last goodbyes may get lost: nobody waits long for them. */
  private static final long GOODBYE_MS = 2_500;

  /** Where to announce at the moment; nowhere while the hub does not serve. */
  interface Where {
    List<Link> links() throws IOException;
  }

  /** Announces on one interface. */
  interface Voice {
    Closeable announce(Link link, Runnable lost) throws IOException;
  }

  private final Where where;
  private final Voice voice;
  private final Executor goodbyes;
  private final ScheduledExecutorService runtime;
  private final Map<Link, Closeable> open = new ConcurrentHashMap<>();
  private final Map<Link, Long> restingUntilNs = new ConcurrentHashMap<>();
  private boolean complained;

  /**
   * One that is not started.
   *
   * @param goodbyes closes voices, which may take many seconds
   */
  Announcer(Where where, Voice voice, Executor goodbyes) {
    this.where = where;
    this.voice = voice;
    this.goodbyes = goodbyes;
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
  public static Announcer announce(HubAnnouncement hub, String bind, BooleanSupplier serves) {
    return start(
        () -> serves.getAsBoolean() ? Link.of(Link.all(), InetAddress.getByName(bind)) : List.of(),
        (link, lost) -> Mdns.announce(link, hub, lost));
  }

  static Announcer start(Where where, Voice voice) {
    Announcer announcer = new Announcer(where, voice, Announcer::inBackground);
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
          goodbyes.execute(goodbye(link));
        }
      }
      boolean failed = false;
      for (Link link : wanted) {
        failed |= !open.containsKey(link) && !rests(link) && !open(link);
      }
      complained &= failed;
    } catch (IOException | RuntimeException e) {
      complain("every interface", e);
    }
  }

  private boolean open(Link link) {
    try {
      open.put(link, voice.announce(link, () -> lost(link)));
      log.info(
          "announced by mDNS: interface={} address={}", link.name(), link.address().orElse(null));
      return true;
    } catch (IOException | RuntimeException e) {
      complain(link.name(), e);
      return false;
    }
  }

  private boolean rests(Link link) {
    Long untilNs = restingUntilNs.get(link);
    return untilNs != null && System.nanoTime() - untilNs < 0;
  }

  private void lost(Link link) {
    restingUntilNs.put(link, System.nanoTime() + REST_NS);
    log.warn("announcing by mDNS broke off, begins again: interface={}", link.name());
    goodbyes.execute(goodbye(link));
  }

  /** Forgets the voice at once; what is returned closes it. */
  private Runnable goodbye(Link link) {
    Closeable closing = open.remove(link);
    return () -> {
      try {
        if (closing != null) {
          closing.close();
        }
        log.info("not announced any more: interface={}", link.name());
      } catch (IOException | RuntimeException e) {
        log.debug("goodbye failed: interface={} reason={}", link.name(), e.getMessage());
      }
    };
  }

  private static void inBackground(Runnable task) {
    background(task);
  }

  private static Thread background(Runnable task) {
    Thread thread = new Thread(task, "mdns-goodbye");
    thread.setDaemon(true);
    thread.start();
    return thread;
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
    List<Thread> last = new ArrayList<>();
    try {
      boolean unused = runtime.awaitTermination(GOODBYE_MS, TimeUnit.MILLISECONDS);
      for (Link link : List.copyOf(open.keySet())) {
        last.add(background(goodbye(link)));
      }
      for (Thread goodbye : last) {
        goodbye.join(GOODBYE_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
