package io.coterie.broker;

import java.util.concurrent.TimeUnit;

/**
 * How much may wait for clients.
 *
 * @param totalBytes of messages that wait for all clients together; at least 1
 * @param stallNs a client whose queue is full and that has taken nothing for this long is
 *     disconnected; not negative
 */
record QueueLimits(long totalBytes, long stallNs) {
  /** The rest is for what arrives, what is retained, and what this process does besides. */
  private static final int HEAP_SHARE = 4;

  private static final int STALL_SECONDS = 10;

  QueueLimits {
    if (totalBytes < 1 || stallNs < 0) {
      throw new IllegalArgumentException(
          "must be >= 1 and >= 0: totalBytes=" + totalBytes + " stallNs=" + stallNs);
    }
  }

  /** A quarter of the heap that this process may have, and ten seconds. */
  static QueueLimits ofThisProcess() {
    return new QueueLimits(
        Runtime.getRuntime().maxMemory() / HEAP_SHARE, TimeUnit.SECONDS.toNanos(STALL_SECONDS));
  }
}
