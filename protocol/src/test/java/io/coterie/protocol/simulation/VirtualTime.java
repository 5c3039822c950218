package io.coterie.protocol.simulation;

import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Time and chance of a simulated world: everything happens in one thread, one event after the
 * other, and the same seed makes the same history.
 */
public final class VirtualTime {
  /** Nanoseconds in a millisecond. */
  public static final long MS = 1_000_000;

  private record Event(long atNs, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return atNs != other.atNs ? Long.compare(atNs, other.atNs) : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final SplittableRandom random;
  private long nowNs;
  private long order;

  public VirtualTime(long seed) {
    random = new SplittableRandom(seed);
  }

  public SplittableRandom random() {
    return random;
  }

  /** Since the beginning. */
  public long nowNs() {
    return nowNs;
  }

  /** Since the beginning. */
  public double nowMs() {
    return nowNs / (double) MS;
  }

  /** Does something later; of two things at the same time, the one asked for first is first. */
  public void after(long delayNs, Runnable action) {
    events.add(new Event(nowNs + Math.max(0, delayNs), order++, action));
  }

  /** A random time. */
  public long between(double fromMs, double toMs) {
    return (long) (MS * (fromMs + (toMs - fromMs) * random.nextDouble()));
  }

  /** Lets time pass; the check follows every event. */
  public void run(long forNs, Runnable check) {
    long endNs = nowNs + forNs;
    while (!events.isEmpty() && events.peek().atNs() <= endNs) {
      Event event = events.remove();
      nowNs = event.atNs();
      event.action().run();
      check.run();
    }
    nowNs = endNs;
  }
}
