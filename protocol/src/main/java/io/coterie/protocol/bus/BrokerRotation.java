package io.coterie.protocol.bus;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Which address to try next. A round tries every address once, from the first on and without
 * pauses: whoever lost its broker is home again as soon as the first address answers. Who was
 * connected to an address that fell silent begins with the one after it, which is likelier to
 * answer soon.
 *
 * <p>Thread-safe.
 */
final class BrokerRotation {
  private final List<URI> known;
  private List<URI> brokers;
  private int next;
  private int failedRounds;
  private boolean failed;

  BrokerRotation(List<URI> brokers) {
    known = List.copyOf(brokers);
    this.brokers = known;
  }

  /** Where to try as well from the next round on, instead of what was found before. */
  synchronized void found(List<URI> elsewhere) {
    if (next > 0) {
      return;
    }
    List<URI> all = new ArrayList<>(known);
    elsewhere.stream().filter(address -> !known.contains(address)).forEach(all::add);
    brokers = List.copyOf(all);
  }

  synchronized URI next() {
    return brokers.get(next);
  }

  /** Seconds that the next attempt may take to get a connection. */
  synchronized int connectSeconds() {
    return Backoff.connectSeconds(brokers.size(), failedRounds);
  }

  /** Whether an attempt has failed since the last connection. */
  synchronized boolean failedBefore() {
    return failed;
  }

  /**
   * The attempt at the next address failed.
   *
   * @param random uniform in [0, 1)
   * @return milliseconds to wait before the one after it; 0 within a round
   */
  synchronized long failed(double random) {
    failed = true;
    next = (next + 1) % brokers.size();
    if (next > 0) {
      return 0;
    }
    failedRounds++;
    return Backoff.delayMs(failedRounds, random);
  }

  synchronized void connected() {
    next = 0;
    failedRounds = 0;
    failed = false;
  }

  /**
   * The connection is lost.
   *
   * @param silent whether the broker gave no answer, rather than ended the connection
   * @param random uniform in [0, 1)
   * @return milliseconds to wait before the first attempt
   */
  synchronized long lost(URI broker, boolean silent, double random) {
    next = silent ? (brokers.indexOf(broker) + 1) % brokers.size() : 0;
    return Backoff.delayMs(1, random);
  }
}
