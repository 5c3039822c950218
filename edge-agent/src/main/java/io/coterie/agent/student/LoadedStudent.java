package io.coterie.agent.student;

import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxModel;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A student in memory, ready to run, and how long it takes.
 *
 * <p>Running is for the inference thread alone; the measured time may be read from any thread.
 */
public final class LoadedStudent implements AutoCloseable {
  /** Weight of the newest frame in the mean latency. */
  private static final double NEWEST_WEIGHT = 0.1;

  private final StudentRole role;
  private final InputSpec input;
  private final OnnxModel model;
  private final float[] portion;
  private volatile Times times = new Times(0, 0, 0);

  /** Read as a whole by other threads, so that sum and count belong together. */
  private record Times(double latencyMs, long frames, double totalMs) {
    Times and(double ms) {
      double mean = frames == 0 ? ms : latencyMs + NEWEST_WEIGHT * (ms - latencyMs);
      return new Times(mean, frames + 1, totalMs + ms);
    }
  }

  private LoadedStudent(StudentRole role, InputSpec input, OnnxModel model, int portionSize) {
    this.role = role;
    this.input = input;
    this.model = model;
    this.portion = new float[portionSize];
  }

  /**
   * Loads the role's student and runs it once, so that the first frame is as fast as the next.
   *
   * @param threads for one inference
   * @throws ModelException if the file is no such student
   */
  public static LoadedStudent load(
      StudentRole role, Manifest manifest, Partition partition, byte[] onnx, int threads)
      throws ModelException {
    Student student =
        partition.students().stream()
            .filter(s -> s.name().equals(role.student()))
            .findFirst()
            .orElseThrow();
    InputSpec input = manifest.input();
    OnnxModel model =
        OnnxModel.load(
            onnx,
            student.stages().get(0).model().path(),
            new long[] {1, input.channels(), input.height(), input.width()},
            new long[] {1, partition.size()},
            threads);
    try {
      model.run();
      return new LoadedStudent(role, input, model, partition.size());
    } catch (ModelException e) {
      model.close();
      throw e;
    }
  }

  public StudentRole role() {
    return role;
  }

  InputSpec input() {
    return input;
  }

  /** The portion of one input; the array is used again by the next call. */
  float[] run(FloatBuffer values) throws ModelException {
    model.input().put(values);
    model.run().get(portion);
    return portion;
  }

  /** Takes one frame's time into the mean. Called by the inference thread only. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void measured(double ms) {
    times = times.and(ms);
  }

  /** What was measured so far. */
  public Report.ModelTime time() {
    Times now = times;
    return new Report.ModelTime(
        role.bundle(),
        role.strategy(),
        role.k(),
        role.partition(),
        role.student(),
        now.latencyMs(),
        now.frames(),
        now.totalMs(),
        List.of());
  }

  @Override
  public void close() {
    model.close();
  }
}
