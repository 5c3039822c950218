package io.coterie.agent.student;

import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Report;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the fuser said about the frames that this agent has, and what came of it. A frame goes
 *
 * <pre>
 * (unknown) --arrived--> open --finished--> done
 *                        open --stop--> stopped --finished--> done, counted in time or late
 *                        done --stop--> done, counted late
 * (unknown) --stop--> counted unknown
 * </pre>
 *
 * A frame that comes again begins anew, a stop that comes again means nothing. The frames that
 * arrived last are remembered, {@value #CAPACITY} of them.
 *
 * <p>Thread-safe.
 */
final class Stops {
  /** Far more than can wait or be computed at once. */
  static final int CAPACITY = 1024;

  /** How often nothing is waited for after a wait in vain. */
  static final int UNWAITED = 32;

  /** A frame of a deployment. */
  record Id(String deployment, FrameKey key) {}

  private static final class Life {
    private boolean done;
    private boolean stopped;
    private int proceedFrom;
  }

  private final Map<Id, Life> lives = new LinkedHashMap<>();
  private long inTime;
  private long late;
  private long unknown;
  private int unwaited;
  private boolean closed;

  /** The frame is to be computed. */
  synchronized void arrived(Id id) {
    lives.remove(id);
    lives.put(id, new Life());
    if (lives.size() > CAPACITY) {
      Iterator<Life> oldest = lives.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** The fuser judged an exit of the frame. */
  synchronized void heard(Id id, Control control) {
    Life life = lives.get(id);
    switch (control.command()) {
      case STOP -> stop(life);
      case PROCEED -> {
        if (life != null) {
          life.proceedFrom = Math.max(life.proceedFrom, control.exit());
        }
      }
    }
    notifyAll();
  }

  private void stop(Life life) {
    if (life == null) {
      unknown++;
    } else if (!life.stopped) {
      life.stopped = true;
      late += life.done ? 1 : 0;
    }
  }

  /** Whether the frame's remaining stages are to be dropped. */
  synchronized boolean isStopped(Id id) {
    Life life = lives.get(id);
    return life != null && life.stopped;
  }

  /**
   * Nothing is computed for the frame any more.
   *
   * @param cut whether stages were dropped because it was stopped
   */
  synchronized void finished(Id id, boolean cut) {
    Life life = lives.get(id);
    if (life == null || life.done) {
      return;
    }
    life.done = true;
    if (life.stopped) {
      inTime += cut ? 1 : 0;
      late += cut ? 0 : 1;
    }
  }

  /**
   * Waits until the exit or a later one was judged, but not longer than the timeout: a verdict that
   * got lost costs time, never the frame. After a wait in vain the next {@value #UNWAITED} return
   * at once: without a fuser, or with a partition that nobody computes, every frame would hold up
   * those behind it.
   */
  synchronized void await(Id id, int exit, long timeoutNs) throws InterruptedException {
    long untilNs = System.nanoTime() + timeoutNs;
    while (!closed && !isJudged(id, exit)) {
      if (unwaited > 0) {
        unwaited--;
        return;
      }
      long leftNs = untilNs - System.nanoTime();
      if (leftNs <= 0) {
        unwaited = UNWAITED;
        return;
      }
      TimeUnit.NANOSECONDS.timedWait(this, leftNs);
    }
  }

  private boolean isJudged(Id id, int exit) {
    Life life = lives.get(id);
    return life == null || life.stopped || life.proceedFrom >= exit;
  }

  /** Ends all waiting, now and later. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized Report.Stops counts() {
    return new Report.Stops(inTime, late, unknown);
  }
}
