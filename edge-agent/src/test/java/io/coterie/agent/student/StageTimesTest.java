package io.coterie.agent.student;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class StageTimesTest {
  @Test
  void beginsWithTheFirstFrame() {
    StageTimes times = StageTimes.none(3).and(8, 3);
    assertEquals(8, times.latencyMs());
    assertEquals(List.of(1L, 1L, 1L), times.stages());
  }

  @Test
  void countsFramesThroughEachStage() {
    StageTimes times = StageTimes.none(3).and(10, 3).and(20, 1).and(10, 2);
    assertEquals(3, times.frames());
    assertEquals(40, times.totalMs());
    assertEquals(List.of(3L, 2L, 1L), times.stages());
    assertEquals(10.9, times.latencyMs(), 1e-9);
  }
}
