package io.coterie.agent.fusion;

import java.util.concurrent.TimeUnit;

/**
 * Schedules the messages that a fuser sends to itself over the broker, and measures by them how old
 * incoming messages may be. The messages of one connection stay in order, so a message that arrives
 * after a loopback probe reached the broker after the probe was sent (ours).
 *
 * <p>Deterministic in its inputs and the time that comes with them. Not thread-safe.
 */
final class LoopbackProbes {
  /** What a broker can bear of every fuser and standby for good. */
  private static final long SHORTEST_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(25);

  /**
   * After this silence the probes are not judged any more: the keep-alive would have ended the
   * connection, so the broker does not return probes at all.
   */
  private static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(10);

  private boolean onLoopback;
  private long heardNs;
  private boolean sent;
  private long sentNs;

  /** Whether a probe is to be sent now; at most four are sent in this time. */
  boolean isDue(long withinNs, long nowNs) {
    boolean due = !sent || nowNs - sentNs >= periodNs(withinNs);
    sent = true;
    sentNs = due ? nowNs : sentNs;
    return due;
  }

  /**
   * A probe came back. Those sent in the future by this clock are another sender's and are ignored.
   */
  void onLoopback(long itsSentNs, long nowNs) {
    boolean newer = !onLoopback || itsSentNs - heardNs > 0;
    if (newer && itsSentNs - nowNs <= 0) {
      onLoopback = true;
      heardNs = itsSentNs;
    }
  }

  private static long periodNs(long withinNs) {
    return Math.max(SHORTEST_PERIOD_NS, withinNs / 4);
  }

  /**
   * Whether messages that arrive now may be older than a probe's period and half of this time: than
   * three quarters of it, where it is 100 ms or more.
   */
  boolean areLate(long withinNs, long nowNs) {
    long sinceNs = nowNs - heardNs;
    return onLoopback && sinceNs > periodNs(withinNs) + withinNs / 2 && sinceNs < SILENCE_NS;
  }

  /** Forgets the probes of the previous connection. */
  void reset() {
    onLoopback = false;
  }
}
