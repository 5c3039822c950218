package io.coterie.protocol.runtime;

import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;

/**
 * The one thread on which an agent or an orchestrator decides and changes anything, with its clock,
 * its timers and its random numbers. Tasks run one after the other, in the order in which they were
 * handed over. A task that throws is reported, and the loop goes on; an {@link Error} ends the
 * process ({@link FatalErrors}).
 *
 * <p>All methods may be called on any thread and never block.
 */
public interface EventLoop {
  /** A task that waits for its time. */
  interface Timer {
    /** Takes the task back; without effect once it runs or has run. */
    void cancel();
  }

  /** The earliest of times on such a loop's clock; empty where there are none. */
  static OptionalLong earliest(LongStream timesNs) {
    return timesNs.reduce((a, b) -> b - a < 0 ? b : a);
  }

  /** Nanoseconds since a fixed but unknown moment; never goes back. Compare by subtraction. */
  long nowNs();

  /** Milliseconds since 1970, as far as this machine knows. */
  long wallClockMs();

  /** Random numbers for spreading things in time and among boards; not for secrets. */
  RandomGenerator random();

  /** Runs the task soon; not at all once the loop has ended. */
  void execute(Runnable task);

  /** Runs the task after a while; not at all once the loop has ended. */
  Timer after(long delayNs, Runnable task);

  /** Runs the task again and again, each time a period after it last ended. */
  default void every(long periodNs, Runnable task) {
    after(
        periodNs,
        () -> {
          try {
            task.run();
          } finally {
            every(periodNs, task);
          }
        });
  }
}
