package io.coterie.client.discovery;

import io.coterie.protocol.bus.BrokerDiscovery;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for a hub while it is not where it was, when {@link Search} says so, on a thread of its own
 * that ends with each look.
 */
public final class HubSearch implements BrokerDiscovery {
  private static final Logger log = LoggerFactory.getLogger(HubSearch.class);

  /** Listens for hubs; may take seconds. */
  interface Look {
    List<HubAdvert> look() throws IOException, InterruptedException;
  }

  private final String pin;
  private final Look look;
  private final Consumer<URI> remember;
  private final LongSupplier nowNs;
  private final Executor worker;
  private List<URI> known;
  private List<URI> found = List.of();
  private List<HubAdvert> told = List.of();
  private Search state = Search.initial();
  private boolean complained;

  HubSearch(
      String pin,
      List<URI> known,
      Look look,
      Consumer<URI> remember,
      LongSupplier nowNs,
      Executor worker) {
    this.pin = pin;
    this.known = List.copyOf(known);
    this.look = look;
    this.remember = remember;
    this.nowNs = nowNs;
    this.worker = worker;
  }

  /** A thread that is there only while there is something to do. */
  private static Executor passingThread() {
    return new ThreadPoolExecutor(
        0,
        1,
        1,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "hub-search");
          thread.setDaemon(true);
          return thread;
        });
  }

  /**
   * Looks for the hub with this CA.
   *
   * @param known where it is looked for already
   * @param remember is told when the hub answered at another address
   */
  public static HubSearch forHub(String pin, List<URI> known, Consumer<URI> remember) {
    return new HubSearch(pin, known, HubsNearby::look, remember, System::nanoTime, passingThread());
  }

  /** Only says which hubs there are: without a credential, no hub is to be believed. */
  public static HubSearch onlyTelling() {
    return new HubSearch(
        "", List.of(), HubsNearby::look, address -> {}, System::nanoTime, passingThread());
  }

  @Override
  public synchronized List<URI> addresses() {
    Search.Decision decision = state.decide(Search.Input.MISSED, nowNs.getAsLong());
    state = decision.state();
    if (decision.look()) {
      worker.execute(this::lookOnce);
    }
    return found;
  }

  @Override
  public synchronized void reached(URI broker) {
    state = state.decide(Search.Input.REACHED, nowNs.getAsLong()).state();
    if (found.contains(broker) && !known.contains(broker)) {
      known = KnownAddresses.answered(broker, known);
      worker.execute(() -> remember.accept(broker));
    }
  }

  private void lookOnce() {
    List<HubAdvert> adverts = List.of();
    try {
      adverts = look.look();
    } catch (IOException | RuntimeException e) {
      complain(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    looked(adverts);
  }

  private synchronized void looked(List<HubAdvert> adverts) {
    state = state.decide(Search.Input.LOOKED, nowNs.getAsLong()).state();
    List<URI> claimed = KnownAddresses.claimed(adverts, pin, known);
    if (!claimed.isEmpty() && !claimed.equals(found)) {
      log.info("hub seen by mDNS: addresses={}", claimed);
    }
    found = claimed;
    if (pin.isEmpty() && !adverts.equals(told)) {
      adverts.forEach(HubSearch::tell);
      told = adverts;
    }
  }

  private static void tell(HubAdvert advert) {
    log.warn(
        "a hub is here that we have no credential for: hub={} address={} cure={}",
        advert.id(),
        advert.addresses().get(0),
        advert.ca().isEmpty()
            ? "give its address with --broker if you trust it"
            : "'coterie credential invite' there, and its token here with --join");
  }

  private synchronized void complain(Exception e) {
    if (!complained) {
      log.warn("cannot look for the hub by mDNS, keeps trying: reason={}", e.toString());
      complained = true;
    }
  }
}
