package io.coterie.agent.trial;

import io.coterie.agent.compute.Processor;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.message.TrialReport;
import io.coterie.protocol.message.TrialReport.State;
import io.coterie.protocol.message.TrialRole;
import java.nio.FloatBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A canary's trial beside the work: loads the models, tests them, and then computes frames for a
 * quarter of its time at most, on an engine of its own: the students that answer come first. Of the
 * frames that arrive meanwhile only the newest counts.
 *
 * <pre>
 * testing --loaded and tested--> running --frame--> computing --done--> pausing --> running
 *         --cannot be used--> failed
 * </pre>
 *
 * <p>Thread-safe.
 */
public final class Shadow implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Shadow.class);

  /** Pauses this many times as long as a frame took. */
  private static final int REST = 3;

  public interface Loader {
    /**
     * Called once, on the engine's thread.
     *
     * @throws ModelException if the files are no such models
     */
    TrialModels load() throws ModelException;
  }

  private final TrialRole role;
  private final Loader loader;
  private final Predicate<Message> readable;
  private final Consumer<TrialReport> changed;
  private final Processor processor;

  /** Touched on the engine's thread only. */
  private TrialModels candidate;

  private double totalMs;
  private Message newest;
  private boolean idle;
  private boolean closed;
  private volatile TrialReport now;

  /**
   * Begins.
   *
   * @param readable whether the bundle that runs can use a frame: one that nobody can use is no
   *     error
   * @param changed hears, on the engine's thread, of each new state and of the first error
   * @param processor for nobody but trials; whoever made its engine closes it
   */
  public Shadow(
      TrialRole role,
      Loader loader,
      Predicate<Message> readable,
      Consumer<TrialReport> changed,
      Processor processor) {
    this.role = role;
    this.loader = loader;
    this.readable = readable;
    this.changed = changed;
    this.processor = processor;
    now = report(State.TESTING, 0, 0, "");
    processor.afterwards(this::load);
  }

  /** A frame of the deployment; never blocks. */
  public void frame(Message frame) {
    synchronized (this) {
      newest = frame;
    }
    next();
  }

  public TrialReport report() {
    return now;
  }

  private TrialReport report(State state, long frames, long errors, String reason) {
    double meanMs = frames == 0 ? 0 : totalMs / frames;
    return new TrialReport(
        role.deployment(), role.bundle(), role.attempt(), state, frames, errors, meanMs, reason);
  }

  private void load() {
    if (isClosed()) {
      return;
    }
    try {
      candidate = loader.load();
      SelfTest.run(candidate, role.deadlineMs());
    } catch (ModelException | RuntimeException e) {
      become(report(State.FAILED, now.frames(), now.errors(), String.valueOf(e.getMessage())));
      closeCandidate();
      return;
    }
    become(report(State.RUNNING, 0, 0, ""));
    rested();
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void become(TrialReport next) {
    log.info(
        "trial: deployment={} bundle={} state={} reason={}",
        next.deployment(),
        next.bundle(),
        next.state(),
        next.reason());
    now = next;
    changed.accept(next);
  }

  private void rested() {
    synchronized (this) {
      idle = true;
    }
    next();
  }

  /** Begins the newest frame, unless one is being computed or has just been. */
  private void next() {
    Message frame;
    synchronized (this) {
      if (!idle || closed || newest == null) {
        return;
      }
      idle = false;
      frame = newest;
      newest = null;
    }
    processor
        .engine()
        .compute(
            0,
            startedNs -> {
              if (!isClosed()) {
                processor.loop().after(REST * compute(frame, startedNs), this::rested);
              }
            });
  }

  /** Returns the nanoseconds that it took. */
  private long compute(Message frame, long startNs) {
    String problem = "";
    try {
      FloatBuffer image = FloatBuffer.allocate(candidate.input().size());
      FrameDecoder.decode(frame, candidate.input(), image);
      long decodingNs = processor.sinceNs(startNs);
      long tookNs = decodingNs + candidate.run(image.rewind());
      totalMs += tookNs / 1e6;
      if (tookNs > TimeUnit.MILLISECONDS.toNanos(role.deadlineMs())) {
        problem = "a frame took %d ms of %d ms".formatted(tookNs / 1_000_000, role.deadlineMs());
      }
    } catch (FrameRejectedException e) {
      if (!readable.test(frame)) {
        return 0;
      }
      problem = "cannot use a frame that the bundle before can: " + e.getMessage();
    } catch (ModelException | RuntimeException e) {
      problem = String.valueOf(e.getMessage());
    }
    count(problem);
    return processor.sinceNs(startNs);
  }

  private void count(String problem) {
    boolean wrong = !problem.isEmpty();
    TrialReport before = now;
    now =
        report(
            State.RUNNING,
            before.frames() + 1,
            before.errors() + (wrong ? 1 : 0),
            wrong ? problem : before.reason());
    if (wrong && before.errors() == 0) {
      changed.accept(now);
    }
  }

  /** Ends soon; the models are given up after what is being computed with them. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    processor.afterwards(this::closeCandidate);
  }

  private void closeCandidate() {
    if (candidate != null) {
      candidate.close();
      candidate = null;
    }
  }
}
