package io.coterie.agent.student;

import io.coterie.agent.compute.Processor;
import io.coterie.inference.Graph;
import io.coterie.inference.ModelException;
import io.coterie.protocol.bundle.InputSpec;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
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

  private final InputSpec input;
  private final Student student;
  private final List<Graph> stages;
  private final float[] portion;
  private volatile StudentRole role;
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
   * @throws ModelException if the files are no such student
   */
  public static LoadedStudent load(
      StudentRole role, Manifest manifest, Function<String, byte[]> models, Processor processor)
      throws ModelException {
    Partitioning partitioning = manifest.partitioning(role.strategy(), role.k()).orElseThrow();
    Partition partition = partitioning.partitions().get(role.partition());
    Student student =
        partition.students().stream()
            .filter(s -> s.name().equals(role.student()))
            .findFirst()
            .orElseThrow();
    InputSpec input = manifest.input();
    List<Integer> shape = List.of(input.channels(), input.height(), input.width());
    List<Graph> stages = new ArrayList<>();
    try {
      for (Stage stage : student.stages()) {
        Graph graph =
            processor.load(stage.model(), models, shape, partition.size(), stage.hidden());
        stages.add(graph);
        graph.run();
        shape = stage.hidden();
      }
      return new LoadedStudent(role, input, student, stages, partition.size());
    } catch (ModelException | RuntimeException e) {
      stages.forEach(Graph::close);
      throw e;
    }
  }

  public StudentRole role() {
    return role;
  }

  /** Goes on with another deadline, or other portions; from the next portion on, on any thread. */
  public void continueAs(StudentRole newRole) {
    role = newRole;
  }

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
