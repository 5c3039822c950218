package io.coterie.protocol.bus;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which address to try next. A round tries every address once, in order and without pauses,
 * so that a client is back at its preferred broker as soon as that one answers. After a broker fell
 * silent, the round begins with the address after it, which is more likely to answer soon.
 *
 * <p>Thread-safe.
 */
public final class BrokerRotation {
  private final List<URI> known;
  private List<URI> brokers;
  private int next;
  private int failedRounds;
  private boolean failed;

  /** Begins with the first of the addresses, which are in order of preference. */
  public BrokerRotation(List<URI> brokers) {
    known = List.copyOf(brokers);
    this.brokers = known;
  }

  /**
   * Sets the discovered addresses that are tried after the configured ones from the next round on.
   * Replaces those that were discovered before.
   */
  synchronized void found(List<URI> elsewhere) {
    if (next > 0) {
      return;
    }
    List<URI> all = new ArrayList<>(known);
    elsewhere.stream().filter(address -> !known.contains(address)).forEach(all::add);
    brokers = List.copyOf(all);
  }

  /** The address of the next attempt. */
  public synchronized URI next() {
    return brokers.get(next);
  }

  /** The timeout of the next attempt to connect, in seconds. */
  public synchronized int connectSeconds() {
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
  public synchronized long failed(double random) {
    failed = true;
    next = (next + 1) % brokers.size();
    if (next > 0) {
      return 0;
    }
    failedRounds++;
    return Backoff.delayMs(failedRounds, random);
  }

  /** The attempt at the next address succeeded. */
  public synchronized void connected() {
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
  public synchronized long lost(URI broker, boolean silent, double random) {
    next = silent ? (brokers.indexOf(broker) + 1) % brokers.size() : 0;
    return Backoff.delayMs(1, random);
  }
}
