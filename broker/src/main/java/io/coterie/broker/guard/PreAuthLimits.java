package io.coterie.broker.guard;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts the connections that are not let in yet, of one listener.
 *
 * <p>Thread-safe.
 */
final class PreAuthLimits {
  /** Of one address: a household's boards that all start after a power cut. */
  static final int MOST_PER_ADDRESS = 64;

  static final int MOST = 512;

  private final Map<String, Integer> byAddress = new HashMap<>();
  private int total;

  /** Whether there is room for one more. */
  synchronized boolean tryAcquire(String address) {
    int present = byAddress.getOrDefault(address, 0);
    if (total >= MOST || present >= MOST_PER_ADDRESS) {
      return false;
    }
    byAddress.put(address, present + 1);
    total++;
    return true;
  }

  /** Once for every connection that entered: it was let in, or has gone. */
  synchronized void release(String address) {
    byAddress.computeIfPresent(address, (a, present) -> present == 1 ? null : present - 1);
    total--;
  }
}
