package io.coterie.agent.student;

import io.coterie.inference.Engine;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Stage;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A student in memory, ready to run stage by stage, and how long it takes.
 *
 * <p>Running and closing are for the engine's thread alone; the measured time may be read from any
 * thread.
 */
public final class LoadedStudent implements AutoCloseable {
  /** Where a stage's portion and hidden tensor are among the outputs of its graph. */
  private static final int PORTION = 0;

  private static final int HIDDEN = 1;

  private final StudentRole role;
  private final InputSpec input;
  private final Student student;
  private final List<Graph> stages;
  private final float[] portion;
  private volatile StageTimes times;

  private LoadedStudent(
      StudentRole role, InputSpec input, Student student, List<Graph> stages, int size) {
    this.role = role;
    this.input = input;
    this.student = student;
    this.stages = stages;
    portion = new float[size];
    times = StageTimes.none(stages.size());
  }

  /**
   * Loads the role's student and runs it once, so that the first frame is as fast as the next.
   *
   * @param models the bytes of a file by its digest
   * @param threads for one inference
   * @param engine loads the graphs
   * @throws ModelException if the files are no such student
   */
  public static LoadedStudent load(
      StudentRole role,
      Manifest manifest,
      Partition partition,
      Function<String, byte[]> models,
      int threads,
      Engine engine)
      throws ModelException {
    Student student =
        partition.students().stream()
            .filter(s -> s.name().equals(role.student()))
            .findFirst()
            .orElseThrow();
    InputSpec input = manifest.input();
    long[] shape = {1, input.channels(), input.height(), input.width()};
    List<Graph> stages = new ArrayList<>();
    try {
      for (Stage stage : student.stages()) {
        stages.add(load(stage, shape, partition.size(), models, threads, engine));
        stages.get(stages.size() - 1).run();
        shape = hiddenShape(stage);
      }
      return new LoadedStudent(role, input, student, stages, partition.size());
    } catch (ModelException e) {
      stages.forEach(Graph::close);
      throw e;
    }
  }

  private static Graph load(
      Stage stage,
      long[] inputShape,
      int size,
      Function<String, byte[]> models,
      int threads,
      Engine engine)
      throws ModelException {
    List<long[]> outputs = new ArrayList<>();
    outputs.add(new long[] {1, size});
    if (!stage.hidden().isEmpty()) {
      outputs.add(hiddenShape(stage));
    }
    byte[] onnx = models.apply(stage.model().sha256());
    return engine.load(onnx, stage.model().path(), inputShape, outputs, threads);
  }

  /** {@code [1, hidden...]}. */
  private static long[] hiddenShape(Stage stage) {
    long[] shape = new long[stage.hidden().size() + 1];
    shape[0] = 1;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = stage.hidden().get(i - 1);
    }
    return shape;
  }

  public StudentRole role() {
    return role;
  }

  /** The input format of its bundle. */
  public InputSpec input() {
    return input;
  }

  /** Number of its stages, which is that of its exits. */
  public int exits() {
    return stages.size();
  }

  /** Floating-point operations of the stage that leads to an exit, from 1. */
  double flops(int exit) {
    return student.stages().get(exit - 1).flops();
  }

  /**
   * Runs the stage that leads to an exit.
   *
   * @param exit from 1; the one before must have been run last
   * @param image the input from its beginning; read where the exit is the first
   * @return the portion; the array is used again by the next call
   */
  public float[] run(int exit, FloatBuffer image) throws ModelException {
    Graph stage = stages.get(exit - 1);
    stage.input().put(exit == 1 ? image.rewind() : stages.get(exit - 2).output(HIDDEN));
    stage.run();
    stage.output(PORTION).get(portion);
    return portion;
  }

  /**
   * Takes one frame's time into the mean. Called on the engine's thread only.
   *
   * @param ms spent in all the stages that were run
   * @param exit that the last of them led to, from 1
   */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  void measured(double ms, int exit) {
    times = times.and(ms * student.flops() / student.flopsTo(exit), exit);
  }

  /** What was measured so far. */
  public Report.ModelTime time() {
    StageTimes now = times;
    return new Report.ModelTime(
        role.bundle(),
        role.strategy(),
        role.k(),
        role.partition(),
        role.student(),
        now.latencyMs(),
        now.frames(),
        now.totalMs(),
        now.stages());
  }

  @Override
  public void close() {
    stages.forEach(Graph::close);
  }
}
