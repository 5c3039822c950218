package io.coterie.agent.student;

import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Report;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tracks the frames of this agent and what the fuser decided about them. The states of a frame:
 *
 * <pre>
 * (unknown) --arrived--> open --finished--> done
 *                        open --stop--> stopped --finished--> done, counted in time or late
 *                        done --stop--> done, counted late
 * (unknown) --stop--> counted unknown
 * </pre>
 *
 * A frame that arrives again starts anew, and a repeated stop is ignored. The newest {@value
 * #CAPACITY} frames are remembered.
 *
 * <p>Thread-safe.
 */
final class FrameStops {
  /** Number of frames that are remembered: far more than can wait or be computed at once. */
  static final int CAPACITY = 1024;

  /** Number of calls of {@link #await} that return at once after one that timed out. */
  static final int UNWAITED = 32;

  /** A frame of a deployment. */
  record FrameId(String deployment, FrameKey key) {}

  private static final class FrameState {
    private boolean done;
    private boolean stopped;
    private int proceedFrom;
  }

  private final Map<FrameId, FrameState> frames = new LinkedHashMap<>();
  private long inTime;
  private long late;
  private long unknown;
  private int unwaited;
  private boolean closed;

  /** Records that a frame has arrived and is to be computed. */
  synchronized void arrived(FrameId id) {
    frames.remove(id);
    frames.put(id, new FrameState());
    if (frames.size() > CAPACITY) {
      Iterator<FrameState> oldest = frames.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Processes a control message of the fuser about an exit of the frame. */
  synchronized void onControl(FrameId id, Control control) {
    FrameState state = frames.get(id);
    switch (control.command()) {
      case STOP -> stop(state);
      case PROCEED -> {
        if (state != null) {
          state.proceedFrom = Math.max(state.proceedFrom, control.exit());
        }
      }
    }
    notifyAll();
  }

  private void stop(FrameState state) {
    if (state == null) {
      unknown++;
    } else if (!state.stopped) {
      state.stopped = true;
      late += state.done ? 1 : 0;
    }
  }

  /** Whether the frame's remaining stages are to be dropped. */
  synchronized boolean isStopped(FrameId id) {
    FrameState state = frames.get(id);
    return state != null && state.stopped;
  }

  /**
   * Records that the computation of the frame has ended.
   *
   * @param cut whether stages were dropped because it was stopped
   */
  synchronized void finished(FrameId id, boolean cut) {
    FrameState state = frames.get(id);
    if (state == null || state.done) {
      return;
    }
    state.done = true;
    if (state.stopped) {
      inTime += cut ? 1 : 0;
      late += cut ? 0 : 1;
    }
  }

  /**
   * Waits until the exit or a later one was judged, but not longer than the timeout: a decision
   * that got lost costs time, never the frame. After a wait in vain the next {@value #UNWAITED}
   * return at once: without a fuser, or with a partition that nobody computes, every frame would
   * hold up those behind it.
   */
  synchronized void await(FrameId id, int exit, long timeoutNs) throws InterruptedException {
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

  private boolean isJudged(FrameId id, int exit) {
    FrameState state = frames.get(id);
    return state == null || state.stopped || state.proceedFrom >= exit;
  }

  /** Makes all present and later calls of {@link #await} return at once. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  synchronized Report.Stops counts() {
    return new Report.Stops(inTime, late, unknown);
  }
}
