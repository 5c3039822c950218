package io.coterie.agent.student;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.coterie.agent.TinyBundle;
import io.coterie.agent.TinyGraph;
import io.coterie.agent.compute.Processor;
import io.coterie.agent.compute.Throttle;
import io.coterie.inference.ModelException;
import io.coterie.inference.OnnxEngine;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.runtime.ThreadLoop;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class LoadedStudentTest {
  private static final TinyBundle BUNDLE = new TinyBundle();

  @Test
  void runsStageByStageWhateverTheOrderOfTheOutputs() throws Exception {
    FloatBuffer image = FloatBuffer.wrap(new float[] {1, -2, 0.5f, 3});
    for (int partition = 0; partition < 2; partition++) {
      try (LoadedStudent student = load(partition, BUNDLE.content()::get)) {
        assertEquals(TinyBundle.EXITS, student.exits());
        assertArrayEquals(new float[] {1, 3}, student.run(1, image));
        assertArrayEquals(new float[] {2, 6}, student.run(2, image));
        assertArrayEquals(new float[] {4, 12}, student.run(3, image));
        assertArrayEquals(new float[] {1, 3}, student.run(1, image));
      }
    }
  }

  @Test
  void countsAStoppedFrameWithWhatAllItsStagesWouldHaveTaken() throws Exception {
    try (LoadedStudent student = load(0, BUNDLE.content()::get)) {
      student.measured(9, 3);
      student.measured(3, 1);
      student.measured(6, 2);
      Report.ModelTime time = student.time();
      assertEquals(27, time.totalMs(), 1e-9);
      assertEquals(9, time.latencyMs(), 1e-9);
      assertEquals(List.of(3L, 2L, 1L), time.stages());
    }
  }

  @Test
  void refusesAStageWithoutItsHiddenTensor() {
    ModelException e = refused(TinyGraph.stage(true, false, 1, 1, 2, 2));
    assertEquals("stage-0-1-of-3.onnx output must be 2 tensors: [p]", e.getMessage());
  }

  @Test
  void refusesAStageWhoseHiddenTensorHasAnotherShape() {
    ModelException e = refused(TinyGraph.stage(false, false, 1, 1, 3, 2));
    assertEquals(
        "stage-0-1-of-3.onnx input has shape [1, 1, 3, 2], wanted [1, 1, 2, 2]", e.getMessage());
  }

  private static final Processor PROCESSOR =
      new Processor(new ThreadLoop("test"), new OnnxEngine("test"), new Throttle(1), 1);

  /** The first stage is replaced by another graph. */
  private static ModelException refused(byte[] graph) {
    String first = partition(0).students().get(0).digest();
    Function<String, byte[]> models =
        digest -> digest.equals(first) ? graph : BUNDLE.content().get(digest);
    return assertThrows(ModelException.class, () -> load(0, models));
  }

  private static LoadedStudent load(int partition, Function<String, byte[]> models)
      throws ModelException {
    StudentRole role =
        new StudentRole(
            "d", BUNDLE.digest(), Strategy.DISTREE, 2, partition, "small", 100, null, null);
    return LoadedStudent.load(role, BUNDLE.manifest(), models, PROCESSOR);
  }

  private static Partition partition(int index) {
    return BUNDLE
        .manifest()
        .partitioning(Strategy.DISTREE, 2)
        .orElseThrow()
        .partitions()
        .get(index);
  }
}
