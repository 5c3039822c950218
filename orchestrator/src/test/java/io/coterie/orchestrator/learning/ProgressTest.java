package io.coterie.orchestrator.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final StudentProgress BEFORE = new StudentProgress(100, 1_000, 10);

  @Test
  void countsNewFramesOnly() {
    assertEquals(seconds(0.05), new StudentProgress(120, 2_000, 12).secondsSince(BEFORE));
  }

  @Test
  void aRepeatedReportSaysNothing() {
    assertEquals(OptionalDouble.empty(), BEFORE.secondsSince(BEFORE));
  }

  @Test
  void aStudentThatWasLoadedAgainCountsFromTheStart() {
    assertEquals(seconds(0.02), new StudentProgress(50, 1_000, 12).secondsSince(BEFORE));
  }

  @Test
  void warmUpCountsForNothing() {
    StudentProgress cold = new StudentProgress(19, 1_900, 100);
    assertEquals(OptionalDouble.empty(), cold.secondsSince(StudentProgress.NONE));
    assertEquals(seconds(0.01), new StudentProgress(29, 2_000, 50).secondsSince(cold));
  }

  @Test
  void takesTheAgentsMeanWhereItTellsNoTotal() {
    StudentProgress before = new StudentProgress(100, 0, 10);
    assertEquals(seconds(0.012), new StudentProgress(101, 0, 12).secondsSince(before));
    assertEquals(seconds(0.012), new StudentProgress(101, 5_000, 12).secondsSince(before));
  }

  @Test
  void whatNobodyWouldWaitForIsGarbage() {
    assertEquals(
        OptionalDouble.empty(),
        new StudentProgress(100, 1e300, 1).secondsSince(StudentProgress.NONE));
    assertEquals(
        OptionalDouble.empty(), new StudentProgress(100, 0, 0).secondsSince(StudentProgress.NONE));
  }

  @Test
  void addsUpWhatTwoDeploymentsRun() {
    assertEquals(
        new StudentProgress(400, 4_000, 7.5),
        BEFORE.and(new StudentProgress(300, 3_000, 20.0 / 3)));
    assertEquals(0, BEFORE.and(new StudentProgress(300, 0, 20)).totalMs());
  }

  private static OptionalDouble seconds(double seconds) {
    return OptionalDouble.of(seconds);
  }
}
