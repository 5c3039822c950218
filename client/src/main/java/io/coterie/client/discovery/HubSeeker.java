package io.coterie.client.discovery;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a board does that is to join a hub and cannot: it looks, rests, and never gives up. */
public final class HubSeeker {
  private static final Logger log = LoggerFactory.getLogger(HubSeeker.class);

  private static final long FIRST_REST_MS = 1_000;
  private static final long LONGEST_REST_MS = 30_000;

  /** Lets time pass. */
  interface Rest {
    void rest(long ms) throws InterruptedException;
  }

  private final HubSearch.Look look;
  private final Rest rest;
  private List<URI> found = List.of();
  private int vain;

  HubSeeker(HubSearch.Look look, Rest rest) {
    this.look = look;
    this.rest = rest;
  }

  /**
   * One for this machine.
   *
   * @param mdns whether to look for the hub, rather than only try again
   */
  public static HubSeeker create(boolean mdns) {
    return new HubSeeker(mdns ? HubsNearby::look : List::of, HubSeeker::sleep);
  }

  private static void sleep(long ms) throws InterruptedException {
    boolean unused = new CountDownLatch(1).await(ms, TimeUnit.MILLISECONDS);
  }

  /**
   * Where the hub with this CA is said to be, apart from the known addresses; at once where that is
   * somewhere new, else after a rest.
   *
   * @throws InterruptedException if the thread is interrupted, which ends the search
   */
  public List<URI> seek(String ca, List<URI> known, IOException reason)
      throws InterruptedException {
    if (vain == 0) {
      log.warn("cannot join yet, keeps trying: reason={}", reason.getMessage());
    }
    List<URI> claimed = KnownAddresses.claimed(listen(), ca, known);
    if (claimed.isEmpty() || claimed.equals(found)) {
      rest.rest(restMs(vain));
    } else {
      log.info("hub seen by mDNS: addresses={}", claimed);
    }
    vain++;
    found = claimed;
    return claimed;
  }

  private List<HubAdvert> listen() throws InterruptedException {
    try {
      return look.look();
    } catch (IOException e) {
      log.debug("cannot look: reason={}", e.getMessage());
      return List.of();
    }
  }

  /** How long to rest after so many attempts in vain. */
  static long restMs(int vain) {
    return Math.min(LONGEST_REST_MS, FIRST_REST_MS << Math.min(vain, 5));
  }
}
