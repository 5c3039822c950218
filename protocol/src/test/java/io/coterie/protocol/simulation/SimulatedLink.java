package io.coterie.protocol.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One direction of one connection, as TCP has it: in order, later where the cable is cut meanwhile,
 * and not at all once the other end is closed.
 */
final class SimulatedLink {
  private final VirtualTime time;
  private final SimulatedMachine one;
  private final SimulatedMachine other;
  private final Deque<Runnable> packets = new ArrayDeque<>();
  private long lastNs;
  private int held;
  private boolean closed;

  /** Between two machines, in either direction. */
  SimulatedLink(SimulatedMachine one, SimulatedMachine other) {
    time = one.time();
    this.one = one;
    this.other = other;
    one.add(this);
    other.add(this);
  }

  private boolean isCut() {
    return one.isCut() || other.isCut();
  }

  boolean isClosed() {
    return closed;
  }

  void send(Runnable arrival) {
    if (closed) {
      return;
    }
    packets.add(arrival);
    if (isCut()) {
      held++;
    } else {
      schedule(hopNs());
    }
  }

  private void schedule(long delayNs) {
    lastNs = Math.max(lastNs + 1, time.nowNs() + delayNs);
    time.after(lastNs - time.nowNs(), this::arrive);
  }

  private void arrive() {
    if (closed || packets.isEmpty()) {
      return;
    }
    if (isCut()) {
      held++;
    } else {
      packets.remove().run();
    }
  }

  /** The cable is whole again: what was sent is sent again after a while. */
  void healed() {
    long againNs = time.between(0, 200);
    for (; held > 0; held--) {
      schedule(againNs);
    }
  }

  /** The sender closes its end: what was sent still arrives, or does not, and then the end. */
  void finish(Runnable end) {
    if (time.random().nextBoolean() && isCut()) {
      packets.clear();
      held = 0;
    }
    send(end);
  }

  /** The receiver's end is closed. */
  void close() {
    closed = true;
    packets.clear();
  }

  private long hopNs() {
    boolean slow = time.random().nextInt(100) == 0;
    return time.between(0.2, 2.5) + (slow ? time.between(0, 20) : 0);
  }
}
