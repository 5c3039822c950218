package io.coterie.orchestrator.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
  private static final double DECLARED = 0.05;

  @Test
  void isTheDeclarationAtFirst() {
    assertEquals(DECLARED, Failures.NONE.probability(DECLARED), 1e-15);
  }

  @Test
  void countsTrials() {
    Failures failures = Failures.NONE.worked(20 * 60, 0).lost();
    assertEquals((3.0 + 1) / (60 + 20 + 1), failures.probability(DECLARED), 1e-12);
  }

  @Test
  void missedFramesAreFailuresByTheirShare() {
    Failures failures = Failures.NONE.worked(10 * 60, 0.3);
    assertEquals(7, failures.successes(), 1e-12);
    assertEquals(3, failures.failures(), 1e-12);
  }

  @Test
  void evidenceHalves() {
    Failures failures = new Failures(100, 10).aged(Failures.HALF_LIFE_SECONDS);
    assertEquals(50, failures.successes(), 1e-9);
    assertEquals(5, failures.failures(), 1e-9);
    Failures old = failures.aged(100.0 * Failures.HALF_LIFE_SECONDS);
    assertEquals(DECLARED, old.probability(DECLARED), 1e-12);
  }

  @Test
  void longGoodBehaviourLowersItToAboutAQuarter() {
    Failures failures = steady(0, 7 * 8_640);
    assertEquals(DECLARED / 3.9, failures.probability(DECLARED), 0.0005);
  }

  @Test
  void aBoardThatFailsThreeTimesAnHourIsKnownForIt() {
    Failures failures = steady(120, 8_640);
    assertEquals(0.05, failures.probability(0.001), 0.02);
    assertTrue(failures.probability(0.001) > 10 * steady(0, 8_640).probability(0.001));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.001, 0.05, 0.5, 0.999999})
  void isNeverCertain(double declared) {
    Failures best = steady(0, 100_000);
    Failures worst = Failures.NONE;
    for (int i = 0; i < 100_000; i++) {
      worst = worst.lost();
    }
    assertTrue(best.probability(declared) > 0, "best");
    assertTrue(worst.probability(declared) < 1, "worst");
    assertTrue(worst.probability(declared) > 0.99, "worst");
  }

  /** Steps of 10 s, and a loss at every so many of them; 0 for none. */
  private static Failures steady(int lossEvery, int steps) {
    Failures failures = Failures.NONE;
    for (int step = 1; step <= steps; step++) {
      failures = failures.aged(10).worked(10, 0);
      if (lossEvery > 0 && step % lossEvery == 0) {
        failures = failures.lost();
      }
    }
    return failures;
  }
}
