package io.coterie.agent.student;

import io.coterie.agent.compute.Processor;
import io.coterie.inference.ModelException;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One frame on its way through the stages of an agent's students of one bundle: decoded once, then
 * stage by stage over all of them, so that every partition reaches an exit as early as it can. Each
 * stage is a job of the engine.
 *
 * <pre>
 * begin --> stage --> next stage of the same exit --> ...
 *                 --> next exit, at once or once the fuser has judged the exit before --> stage
 *                 --> ended: all stages done, or the frame was stopped, or it cannot be decoded
 * </pre>
 *
 * <p>Lives on the engine's thread, from {@link #begin} on.
 */
final class StagedInference {
  private static final float[] NO_VALUES = {};

  private static final class Progress {
    private final LoadedStudent student;
    private double ms;
    private int exit;
    private boolean failed;

    Progress(LoadedStudent student) {
      this.student = student;
    }
  }

  private final Frame frame;
  private final long epoch;
  private final InferenceWorker worker;
  private final Processor processor;
  private final FrameStops stops;
  private final List<Progress> students;
  private final int exits;
  private final Consumer<Boolean> ended;
  private FloatBuffer image;
  private boolean over;
  private int exit = 1;
  private int at;

  /**
   * A frame before its first stage.
   *
   * @param epoch of the plan that it is computed under
   * @param students of one bundle and one deployment, at least one
   * @param worker is told of portions and failures
   * @param ended is told when nothing more is computed, and whether stages were dropped because the
   *     frame was stopped
   */
  StagedInference(
      Frame frame,
      long epoch,
      List<LoadedStudent> students,
      InferenceWorker worker,
      Processor processor,
      FrameStops stops,
      Consumer<Boolean> ended) {
    this.frame = frame;
    this.epoch = epoch;
    this.worker = worker;
    this.processor = processor;
    this.stops = stops;
    this.students = students.stream().map(Progress::new).toList();
    this.ended = ended;
    exits = students.stream().mapToInt(LoadedStudent::exits).max().orElseThrow();
  }

  /** Begins with the first stage; on any thread. */
  void begin() {
    Progress progress = students.get(at);
    int now = exit;
    processor.compute(
        progress.student.flops(now),
        startedNs -> stage(progress, now, startedNs),
        reason -> {
          worker.failed(progress.student, reason);
          end(false);
        });
  }

  private void stage(Progress progress, int now, long startedNs) {
    if (stops.isStopped(frame.id())) {
      end(true);
    } else if (image != null || decode()) {
      run(progress, now, startedNs);
      next();
    }
  }

  private boolean decode() {
    LoadedStudent first = students.get(0).student;
    FloatBuffer decoded = FloatBuffer.allocate(first.input().size());
    try {
      FrameDecoder.decode(frame.message(), first.input(), decoded);
    } catch (FrameRejectedException e) {
      worker.publish(frame, epoch, first, 1, NO_VALUES, e.getMessage());
      end(false);
      return false;
    } catch (RuntimeException e) {
      worker.failed(first, e);
      end(false);
      return false;
    }
    image = decoded.flip();
    return true;
  }

  private void run(Progress progress, int now, long startedNs) {
    try {
      float[] portion = progress.student.run(now, image);
      processor.slowDown(startedNs);
      worker.publish(frame, epoch, progress.student, now, portion, "");
      progress.ms += processor.sinceNs(startedNs) / 1e6;
      progress.exit = now;
    } catch (ModelException | RuntimeException e) {
      progress.failed = true;
      worker.failed(progress.student, e);
    }
  }

  /** Goes to the next student that has this exit, else to the next exit. */
  private void next() {
    boolean further = false;
    do {
      at++;
      if (at == students.size()) {
        at = 0;
        exit++;
        further = true;
      }
      if (exit > exits) {
        end(false);
        return;
      }
    } while (students.get(at).failed || exit > students.get(at).student.exits());
    if (further) {
      proceed();
    } else {
      begin();
    }
  }

  private void proceed() {
    var role = students.get(0).student.role();
    switch (role.mode()) {
      case CONTINUE -> begin();
      case WAIT ->
          stops.await(
              frame.id(),
              exit - 1,
              TimeUnit.MILLISECONDS.toNanos(role.deadlineMs()) / exits,
              processor.loop(),
              this::begin);
    }
  }

  private void end(boolean cut) {
    if (over) {
      return;
    }
    over = true;
    for (Progress progress : students) {
      if (progress.exit > 0 && !progress.failed) {
        progress.student.measured(progress.ms, progress.exit);
      }
    }
    ended.accept(cut);
  }
}
