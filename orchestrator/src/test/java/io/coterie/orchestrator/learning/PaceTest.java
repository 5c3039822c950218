package io.coterie.orchestrator.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {
  private static final double USUAL_MS = 10;
  private static final double REPORT_SECONDS = 5;

  private final Random random = new Random(1185);
  private Pace pace = Pace.UNKNOWN;
  private long frames;
  private double totalMs;
  private int changes;

  @Test
  void learnsWhatAStudentTakes() {
    reports(30, 1, 0);
    assertEquals(0.01, pace.seconds().get("m"), 1e-9);
    assertFalse(pace.slow());
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.6, 2, 4, 20})
  void aSlowBoardIsNoticedWithTheThirdReport(double slowness) {
    reports(50, 1, 0);
    reports(2, slowness, 0);
    assertFalse(pace.slow());
    reports(1, slowness, 0);
    assertEquals(slowness, pace.factor(), 0.05 * slowness);
    assertEquals(slowness * 0.01, pace.seconds().get("m"), 0.15 * slowness * 0.01);
  }

  @Test
  void aBoardThatCooledIsNoticedWithinAWindow() {
    reports(50, 1, 0);
    reports(100, 4, 0);
    assertTrue(pace.slow());
    reports(Pace.WINDOW, 1, 0);
    assertFalse(pace.slow());
    assertEquals(0.01, pace.seconds().get("m"), 0.0015);
    assertEquals(2, changes);
  }

  @Test
  void aChangeOfSlownessIsFollowed() {
    reports(50, 1, 0);
    reports(10, 8, 0);
    reports(10, 3, 0);
    assertEquals(3, pace.factor(), 0.2);
    reports(10, 12, 0);
    assertEquals(12, pace.factor(), 0.6);
    assertEquals(3, changes);
  }

  @Test
  void twoBadReportsChangeNothing() {
    reports(50, 1, 0);
    for (int i = 0; i < 50; i++) {
      reports(2, 100, 0);
      reports(3, 1, 0);
    }
    assertEquals(0, changes);
  }

  @Test
  void betweenTheBoundsNothingFlaps() {
    reports(50, 1, 0);
    for (int i = 0; i < 100; i++) {
      reports(1 + random.nextInt(10), 1.25 + 0.2 * random.nextDouble(), 0);
    }
    assertEquals(0, changes);
    reports(10, 1.8, 0);
    int before = changes;
    for (int i = 0; i < 100; i++) {
      reports(1 + random.nextInt(10), pace.factor() * (0.9 + 0.4 * random.nextDouble()), 0);
    }
    assertEquals(before, changes);
  }

  @ParameterizedTest
  @CsvSource({"0.1, 1", "0.2, 1", "0.3, 1", "0.1, 4", "0.2, 4", "0.3, 4"})
  void noiseDoesNotFlap(double noise, double slowness) {
    reports(100, 1, noise);
    reports(20, slowness, noise);
    changes = 0;
    reports(10_000, slowness, noise);
    assertEquals(0, changes);
    assertEquals(slowness > 1, pace.slow());
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.3})
  void noiseHidesNoThrottlingAndNoRecovery(double noise) {
    reports(100, 1, noise);
    reports(8, 4, noise);
    assertTrue(pace.slow());
    reports(200, 4, noise);
    reports(12, 1, noise);
    assertFalse(pace.slow());
  }

  @Test
  void aBoardThatWasLearntWhileBusyIsLearntAnew() {
    reports(50, 4, 0);
    reports(3, 1, 0);
    assertFalse(pace.slow());
    assertEquals(0.01, pace.seconds().get("m"), 0.0015);
  }

  @Test
  void aSlowBoardThatHasNothingToDoIsTriedAgainAndAgainLater() {
    reports(50, 1, 0);
    for (double wait = Pace.RETRY_SECONDS; wait <= 8 * Pace.RETRY_SECONDS; wait *= 2) {
      reports(5, 4, 0);
      assertTrue(pace.slow());
      pace = pace.elapsed(wait - REPORT_SECONDS - 1, Learnt.FORGET_SECONDS);
      assertTrue(pace.slow());
      pace = pace.elapsed(1, Learnt.FORGET_SECONDS);
      assertFalse(pace.slow());
    }
    reports(5, 1, 0);
    assertEquals(0, pace.retries());
  }

  @Test
  void levelsRestWhileTheBoardIsSlow() {
    reports(50, 1, 0);
    reports(1_000, 4, 0);
    assertTrue(pace.slow());
    reports(5, 1, 0);
    assertEquals(0.01, pace.seconds().get("m"), 0.0015);
  }

  @Test
  void slownessCountsForEveryStudentOfTheBoard() {
    pace = pace.heard(Map.of("other", new StudentProgress(100, 3_000, 30)));
    reports(50, 1, 0);
    reports(5, 4, 0);
    assertEquals(0.12, pace.seconds().get("other"), 0.012);
  }

  @Test
  void forgetsModelsThatNobodyRuns() {
    pace = pace.heard(Map.of("old", new StudentProgress(100, 3_000, 30)));
    pace = pace.elapsed(Learnt.FORGET_SECONDS - 1, Learnt.FORGET_SECONDS);
    reports(1, 1, 0);
    pace = pace.elapsed(1, Learnt.FORGET_SECONDS);
    assertEquals(1, pace.models().size());
    for (int i = 0; i < 1_000; i++) {
      pace = pace.heard(Map.of("m" + i, new StudentProgress(100, 3_000, 30)));
    }
    assertEquals(Pace.MAX_MODELS, pace.models().size());
  }

  private void reports(int count, double slowness, double noise) {
    for (int i = 0; i < count; i++) {
      double ms = USUAL_MS * slowness * Math.max(0.05, 1 + noise * random.nextGaussian());
      frames += 50;
      totalMs += 50 * ms;
      Pace after =
          pace.heard(Map.of("m", new StudentProgress(frames, totalMs, ms)))
              .elapsed(REPORT_SECONDS, Learnt.FORGET_SECONDS);
      changes += after.factor() == pace.factor() ? 0 : 1;
      pace = after;
    }
  }
}
