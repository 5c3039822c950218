package io.coterie.agent.student;

import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.runtime.EventLoop;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

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
final class FrameStops {
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

  /** Who waits for the verdict on an exit; at most one, as one frame is computed at a time. */
  private static final class Waiter {
    private final Id id;
    private final int exit;
    private final Runnable then;
    private EventLoop.Timer timer = () -> {};

    Waiter(Id id, int exit, Runnable then) {
      this.id = id;
      this.exit = exit;
      this.then = then;
    }
  }

  private final Map<Id, Life> frames = new LinkedHashMap<>();
  private long inTime;
  private long late;
  private long unknown;
  private int unwaited;
  private Optional<Waiter> waiter = Optional.empty();
  private boolean closed;

  /** The frame is to be computed. */
  synchronized void arrived(Id id) {
    frames.remove(id);
    frames.put(id, new Life());
    if (frames.size() > CAPACITY) {
      frames.remove(frames.keySet().iterator().next());
    }
  }

  /** The fuser judged an exit of the frame. */
  void onControl(Id id, Control control) {
    Optional<Waiter> judged;
    synchronized (this) {
      Life life = frames.get(id);
      switch (control.command()) {
        case STOP -> stop(life);
        case PROCEED -> {
          if (life != null) {
            life.proceedFrom = Math.max(life.proceedFrom, control.exit());
          }
        }
      }
      judged = waiter.filter(it -> isJudged(it.id, it.exit));
      judged.ifPresent(it -> waiter = Optional.empty());
    }
    judged.ifPresent(FrameStops::release);
  }

  private static void release(Waiter waiter) {
    waiter.timer.cancel();
    waiter.then.run();
  }

  private void stop(Life life) {
    if (life == null) {
      unknown++;
    } else if (!life.stopped) {
      life.stopped = true;
      late += life.done ? 1 : 0;
    }
  }

  /** Whether the frame's remaining stages are to be dropped; all are once this is closed. */
  synchronized boolean isStopped(Id id) {
    Life life = frames.get(id);
    return closed || (life != null && life.stopped);
  }

  /**
   * Nothing is computed for the frame any more.
   *
   * @param cut whether stages were dropped because it was stopped
   */
  synchronized void finished(Id id, boolean cut) {
    Life life = frames.get(id);
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
   * Calls back once: when the exit or a later one is judged, at once if it is already, and after
   * the timeout at the latest, because a decision that got lost may cost time but never the frame.
   * After a wait in vain the next {@value #UNWAITED} are called back at once: without a fuser, or
   * with a partition that nobody computes, every frame would hold up those behind it.
   *
   * @param loop measures the timeout
   * @param then runs on whichever thread learns of the verdict; must not block
   */
  void await(Id id, int exit, long timeoutNs, EventLoop loop, Runnable then) {
    if (!waits(id, exit, timeoutNs, loop, then)) {
      then.run();
    }
  }

  private synchronized boolean waits(
      Id id, int exit, long timeoutNs, EventLoop loop, Runnable then) {
    if (closed || isJudged(id, exit)) {
      return false;
    }
    if (unwaited > 0) {
      unwaited--;
      return false;
    }
    Waiter waits = new Waiter(id, exit, then);
    waiter = Optional.of(waits);
    waits.timer = loop.after(timeoutNs, () -> waitedInVain(waits));
    return true;
  }

  private void waitedInVain(Waiter late) {
    synchronized (this) {
      if (waiter.isEmpty() || waiter.get() != late) {
        return;
      }
      waiter = Optional.empty();
      unwaited = UNWAITED;
    }
    late.then.run();
  }

  private boolean isJudged(Id id, int exit) {
    Life life = frames.get(id);
    return life == null || life.stopped || life.proceedFrom >= exit;
  }

  /** Stops all frames and ends all waiting, now and later. */
  void close() {
    Optional<Waiter> last;
    synchronized (this) {
      closed = true;
      last = waiter;
      waiter = Optional.empty();
    }
    last.ifPresent(FrameStops::release);
  }

  synchronized Report.Stops counts() {
    return new Report.Stops(inTime, late, unknown);
  }
}
