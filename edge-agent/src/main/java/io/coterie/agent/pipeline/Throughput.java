package io.coterie.agent.pipeline;

import java.util.concurrent.TimeUnit;

/**
 * How many frames per second the fleet completes while it has enough to do, measured (ours): only
 * times count in which the source's queues were not short. Not thread-safe.
 */
final class Throughput {
  /** Samples of less time say too little. */
  private static final long SHORTEST_NS = TimeUnit.MILLISECONDS.toNanos(200);

  private static final double MEMORY_S = 1.5;

  private double perSecond;
  private long lastNs;
  private boolean busy;
  private boolean begun;
  private long busyNs;
  private long completed;

  /** Starts from a rate that another source measured; 0 for none. */
  Throughput(double perSecond) {
    this.perSecond = perSecond;
  }

  /** The queues changed; from now on they are long enough, or not. */
  void observe(boolean enough, long nowNs) {
    if (begun && busy) {
      busyNs += nowNs - lastNs;
    }
    lastNs = nowNs;
    begun = true;
    busy = enough;
  }

  void completed() {
    if (busy) {
      completed++;
    }
  }

  /** Ends a period. */
  void sample(long nowNs) {
    observe(busy, nowNs);
    if (busyNs < SHORTEST_NS) {
      return;
    }
    double seconds = busyNs / 1e9;
    double rate = completed / seconds;
    double weight = perSecond > 0 ? 1 - Math.exp(-seconds / MEMORY_S) : 1;
    perSecond += weight * (rate - perSecond);
    busyNs = 0;
    completed = 0;
  }

  /** 0 where it was not measured yet. */
  double perSecond() {
    return perSecond;
  }
}
