package io.coterie.models.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingScheduleTest {
  private static final TrainingSchedule SCHEDULE = TrainingSchedule.oneCycle(4, 32, 0.2);

  @ParameterizedTest
  @CsvSource({"64,1", "128,2", "129,2", "143,2", "144,3", "191,3", "1,1", "45000,703", "45008,704"})
  void aFewImagesMakeNoStepOfTheirOwn(int images, int steps) {
    assertEquals(steps, TrainingSchedule.oneCycle(1, 64, 0.1).steps(images));
  }

  @Test
  void risesToThePeakAndFallsToZero() {
    assertTrue(SCHEDULE.rate(0) < 0.01);
    assertEquals(0.2, SCHEDULE.rate(0.25), 1e-9);
    assertEquals(0.1, SCHEDULE.rate(0.625), 1e-9);
    assertEquals(0, SCHEDULE.rate(1), 1e-9);
  }

  @Test
  void neverJumps() {
    for (double at = 0; at < 1; at += 0.001) {
      assertEquals(SCHEDULE.rate(at), SCHEDULE.rate(at + 0.001), 0.0035, "at " + at);
    }
  }

  @Test
  void withoutWarmUpItBeginsAtThePeak() {
    TrainingSchedule schedule = new TrainingSchedule(1, 1, 0.3, 0, 0.9, 0, 0, 1);
    assertEquals(0.3, schedule.rate(0), 1e-9);
  }

  @Test
  void refusesValuesOutOfRange() {
    assertThrows(IllegalArgumentException.class, () -> TrainingSchedule.oneCycle(0, 32, 0.2));
    assertThrows(IllegalArgumentException.class, () -> TrainingSchedule.oneCycle(1, 0, 0.2));
    assertThrows(IllegalArgumentException.class, () -> TrainingSchedule.oneCycle(1, 32, -0.2));
    assertThrows(
        IllegalArgumentException.class, () -> TrainingSchedule.oneCycle(1, 32, Double.NaN));
  }
}
