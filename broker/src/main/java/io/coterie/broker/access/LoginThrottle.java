package io.coterie.broker.access;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Slows down who guesses: after a number of wrong passwords from one address, nothing from there is
 * looked at until some time has passed.
 *
 * <p>Not thread-safe. Times are nanoseconds of any clock.
 */
final class LoginThrottle {
  private static final int MOST = 10;
  private static final long PAUSE_NS = 30_000_000_000L;
  private static final int ADDRESSES = 1_024;

  private record Failures(int count, long lastNs) {}

  private final Map<String, Failures> byAddress = new LinkedHashMap<>();

  /** Whether a password from this address is looked at. */
  boolean allowed(String address, long nowNs) {
    Failures failures = byAddress.get(address);
    return failures == null || failures.count() < MOST || nowNs - failures.lastNs() > PAUSE_NS;
  }

  void failed(String address, long nowNs) {
    Failures old = byAddress.remove(address);
    boolean fresh = old == null || nowNs - old.lastNs() > PAUSE_NS;
    byAddress.put(address, new Failures(fresh ? 1 : old.count() + 1, nowNs));
    if (byAddress.size() > ADDRESSES) {
      Iterator<Failures> oldestFirst = byAddress.values().iterator();
      oldestFirst.next();
      oldestFirst.remove();
    }
  }

  void succeeded(String address) {
    byAddress.remove(address);
  }
}
