package io.coterie.agent.trial;

import io.coterie.inference.ModelException;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.message.TrialReport;
import io.coterie.protocol.message.TrialReport.State;
import io.coterie.protocol.message.TrialRole;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A canary's trial on a thread of its own, which loads the models, tests them, and then computes
 * frames for a quarter of its time at most: the students that answer come first.
 *
 * <p>Thread-safe.
 */
public final class Shadow implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Shadow.class);

  /** Pauses this many times as long as a frame took. */
  private static final int REST = 3;

  /** Loads the models that are to be tried. */
  public interface Loader {
    /**
     * Called once, on the trial's thread.
     *
     * @throws ModelException if the files are no such models
     */
    TrialModels load() throws ModelException;
  }

  private final TrialRole role;
  private final Loader loader;
  private final Predicate<Message> readable;
  private final Consumer<TrialReport> changed;
  private final NewestFrame newest = new NewestFrame();
  private final Thread thread;
  private double totalMs;
  private volatile TrialReport now;

  /**
   * Starts the trial.
   *
   * @param readable whether the bundle that runs can use a frame: one that nobody can use is no
   *     error
   * @param changed hears, on the trial's thread, of each new state and of the first error
   */
  public Shadow(
      String agent,
      TrialRole role,
      Loader loader,
      Predicate<Message> readable,
      Consumer<TrialReport> changed) {
    this.role = role;
    this.loader = loader;
    this.readable = readable;
    this.changed = changed;
    now = report(State.TESTING, 0, 0, "");
    thread = new Thread(this::work, "trial-" + agent);
    thread.setDaemon(true);
    thread.start();
  }

  /** A frame of the deployment; never blocks. */
  public void frame(Message frame) {
    newest.offer(frame);
  }

  /** The state of the trial. */
  public TrialReport report() {
    return now;
  }

  private TrialReport report(State state, long frames, long errors, String reason) {
    double meanMs = frames == 0 ? 0 : totalMs / frames;
    return new TrialReport(
        role.deployment(), role.bundle(), role.attempt(), state, frames, errors, meanMs, reason);
  }

  private void work() {
    try (TrialModels candidate = loader.load()) {
      SelfTest.run(candidate, role.deadlineMs());
      become(report(State.RUNNING, 0, 0, ""));
      for (Optional<Message> frame = newest.take(); frame.isPresent(); frame = newest.take()) {
        newest.pause(REST * compute(candidate, frame.get()));
      }
    } catch (ModelException | RuntimeException e) {
      become(report(State.FAILED, now.frames(), now.errors(), String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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

  /** Returns the nanoseconds that it took. */
  private long compute(TrialModels candidate, Message frame) {
    long startNs = System.nanoTime();
    String problem = "";
    try {
      FloatBuffer image = FloatBuffer.allocate(candidate.input().size());
      decode(frame, candidate, image);
      long decodingNs = System.nanoTime() - startNs;
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
    } catch (ModelException e) {
      problem = String.valueOf(e.getMessage());
    }
    count(problem);
    return System.nanoTime() - startNs;
  }

  private static void decode(Message frame, TrialModels candidate, FloatBuffer image)
      throws FrameRejectedException {
    FrameDecoder.decode(
        frame.payload(),
        frame.property(FrameDecoder.DTYPE),
        frame.property(FrameDecoder.SHAPE),
        candidate.input(),
        image);
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

  /** Ends the trial without waiting. Models in use are closed after their computation. */
  @Override
  public void close() {
    newest.close();
  }

  /** Waits for the trial's thread to end, but only for a bounded time. */
  public void awaitEnd() {
    try {
      thread.join(TimeUnit.SECONDS.toMillis(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
