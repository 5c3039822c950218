package io.coterie.broker.guard;

import java.util.HashMap;
import java.util.Map;

/**
 * Limits the connections of one listener that are not authenticated yet, in total and per address.
 *
 * <p>Thread-safe.
 */
final class PreAuthLimits {
  /**
   * The most connections of one address: enough for all boards of a household after a power cut.
   */
  static final int MOST_PER_ADDRESS = 64;

  static final int MOST = 512;

  private final Map<String, Integer> byAddress = new HashMap<>();
  private int total;

  /** Counts one more connection. Returns false, and counts nothing, if a limit is reached. */
  synchronized boolean tryAcquire(String address) {
    int present = byAddress.getOrDefault(address, 0);
    if (total >= MOST || present >= MOST_PER_ADDRESS) {
      return false;
    }
    byAddress.put(address, present + 1);
    total++;
    return true;
  }

  /** To be called once for every counted connection, when it is authenticated or closed. */
  synchronized void release(String address) {
    byAddress.computeIfPresent(address, (a, present) -> present == 1 ? null : present - 1);
    total--;
  }
}
