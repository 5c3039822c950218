package io.coterie.agent.student;

import io.coterie.agent.throttle.Throttle;
import io.coterie.inference.ModelException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs one frame through the stages of an agent's students: each stage of all students before the
 * next stage of any, so that every partition reaches an exit as early as possible.
 *
 * <p>Lives on the inference thread.
 */
final class StagedInference {
  /** Takes the portions and failures of the stages. */
  interface PortionSink {
    /** Publishes a portion. The array is reused after the call. */
    void publish(LoadedStudent student, int exit, float[] portion);

    /** A stage failed. Its student computes nothing more for this frame. */
    void failed(LoadedStudent student, ModelException reason);

    /** The throttle of the emulated board. */
    Throttle throttle();
  }

  private static final class StudentProgress {
    private final LoadedStudent student;
    private double ms;
    private int exit;
    private boolean failed;

    StudentProgress(LoadedStudent student) {
      this.student = student;
    }
  }

  private final FrameStops.FrameId id;
  private final FrameStops stops;
  private final List<StudentProgress> students;
  private final FloatBuffer image;
  private final PortionSink sink;
  private long decodingNs;

  /**
   * Prepares a frame; no stage has been run yet.
   *
   * @param students of one deployment, at least one
   * @param image decoded, from its beginning
   * @param decodingNs what decoding took; counts for the first student
   */
  StagedInference(
      FrameStops.FrameId id,
      FrameStops stops,
      List<LoadedStudent> students,
      FloatBuffer image,
      long decodingNs,
      PortionSink sink) {
    this.id = id;
    this.stops = stops;
    this.students = students.stream().map(StudentProgress::new).toList();
    this.image = image;
    this.decodingNs = decodingNs;
    this.sink = sink;
  }

  /** Computes until the end, or until the frame is stopped; returns whether it was stopped. */
  boolean run() throws InterruptedException {
    boolean cut = runStages();
    for (StudentProgress progress : students) {
      if (progress.exit > 0 && !progress.failed) {
        progress.student.measured(progress.ms, progress.exit);
      }
    }
    return cut;
  }

  private boolean runStages() throws InterruptedException {
    int exits = students.stream().mapToInt(progress -> progress.student.exits()).max().orElse(0);
    for (int exit = 1; exit <= exits; exit++) {
      if (exit > 1) {
        waitForDecision(exit - 1, exits);
      }
      for (StudentProgress progress : students) {
        if (stops.isStopped(id)) {
          return true;
        }
        if (!progress.failed && exit <= progress.student.exits()) {
          run(progress, exit);
        }
      }
    }
    return false;
  }

  private void waitForDecision(int exit, int exits) throws InterruptedException {
    switch (students.get(0).student.role().mode()) {
      case CONTINUE -> {}
      case WAIT -> {
        long deadlineMs = students.get(0).student.role().deadlineMs();
        stops.await(id, exit, TimeUnit.MILLISECONDS.toNanos(deadlineMs) / exits);
      }
    }
  }

  private void run(StudentProgress progress, int exit) {
    long startNs = System.nanoTime() - decodingNs;
    decodingNs = 0;
    try {
      float[] portion = progress.student.run(exit, image);
      sink.throttle().after(System.nanoTime() - startNs);
      sink.publish(progress.student, exit, portion);
      progress.ms += (System.nanoTime() - startNs) / 1e6;
      progress.exit = exit;
    } catch (ModelException e) {
      progress.failed = true;
      sink.failed(progress.student, e);
    }
  }
}
