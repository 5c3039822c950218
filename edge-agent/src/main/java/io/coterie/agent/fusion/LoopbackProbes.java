package io.coterie.agent.fusion;

import java.util.concurrent.TimeUnit;

/**
 * What a fuser sends to itself over the broker. Messages of one connection stay in order: what
 * comes in behind a loopback probe reached the broker after that was sent, and is no older (ours).
 *
 * <p>Deterministic in its inputs and the time that comes with them. Not thread-safe.
 */
final class LoopbackProbes {
  /**
   * No connection outlives such a silence: a broker that gives no loopback probes gives no answers
   * else.
   */
  private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(10);

  private boolean onLoopback;
  private long heardNs;
  private boolean sent;
  private long sentNs;

  /** Whether one is to be sent now: four in this time. */
  boolean isDue(long withinNs, long nowNs) {
    boolean due = !sent || nowNs - sentNs >= withinNs / 4;
    sent = true;
    sentNs = due ? nowNs : sentNs;
    return due;
  }

  /** One came back. Those of the future are another's. */
  void onLoopback(long itsSentNs, long nowNs) {
    boolean newer = !onLoopback || itsSentNs - heardNs > 0;
    if (newer && itsSentNs - nowNs <= 0) {
      onLoopback = true;
      heardNs = itsSentNs;
    }
  }

  /** Whether what comes in now may be older than three quarters of this time. */
  boolean areLate(long withinNs, long nowNs) {
    long sinceNs = nowNs - heardNs;
    return onLoopback && sinceNs > withinNs - withinNs / 4 && sinceNs < SILENCE_NS;
  }

  /** From now on nothing is known: the connection is another one. */
  void reset() {
    onLoopback = false;
  }
}
