package io.coterie.agent.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.OperatingPoint;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ThresholdCoreTest {
  private static final double TARGET_MS = 10;
  private static final long SECOND_NS = 1_000_000_000;

  private ThresholdCore.State state = start(9);
  private long nowNs;

  @Test
  void startsAtTheMostAccurate() {
    assertEquals(0, state.at());
    assertEquals(0, state.point().threshold());
  }

  @ParameterizedTest
  @CsvSource({"10.1, 2", "12.5, 2", "15, 4", "17.5, 6", "20, 8", "500, 8"})
  void movesTheFasterTheFurtherAboveTheTarget(double latencyMs, int at) {
    measure(latencyMs);
    assertEquals(at, state.at());
  }

  @Test
  void staysWhereTheLatencyIsUnderTheTargetButNotClearly() {
    measure(20);
    for (int i = 0; i < 400; i++) {
      measure(i % 2 == 0 ? 7.1 : 10);
      assertEquals(8, state.at());
    }
  }

  @Test
  void staysAtTheCheapestHoweverSlow() {
    measure(500);
    measure(500);
    assertEquals(8, state.at());
  }

  @Test
  void goesOnePointBackAfterEightCalmSeconds() {
    measure(500);
    measureFor(7.75, 5);
    assertEquals(8, state.at());
    measureFor(0.5, 5);
    assertEquals(7, state.at());
    measureFor(8.5, 5);
    assertEquals(6, state.at());
  }

  @Test
  void goesBackAfterTwoSecondsWhereTheBoardsRecovered() {
    measure(500);
    measureFor(1, 6);
    measureFor(0.75, 2.9);
    assertEquals(8, state.at());
    measureFor(0.75, 2.9);
    assertEquals(7, state.at());
    measureFor(2.5, 2.9);
    assertEquals(6, state.at());
  }

  @Test
  void doesNotTryWhatWouldBeAboveTheTarget() {
    state = ThresholdCore.State.start(points(3), List.of(1.0, 0.5, 0.2), TARGET_MS);
    measure(500);
    measureFor(60, 4.1);
    assertEquals(2, state.at(), "4.1 ms to 0.2 of the computation is 10.25 ms to 0.5 of it");
    measureFor(8.5, 3.9);
    assertEquals(1, state.at());
  }

  @Test
  void calmMustLastWithoutABreak() {
    measure(500);
    measureFor(7.75, 5);
    measure(8);
    measureFor(7.75, 5);
    assertEquals(8, state.at());
  }

  @Test
  void goesAllTheWayBack() {
    measure(500);
    measureFor(80, 5);
    assertEquals(0, state.at());
    measureFor(60, 1);
    assertEquals(0, state.at());
  }

  @Test
  void undoesAMoveBackThatFailedAndWaitsTwiceAsLong() {
    measure(500);
    long before = 0;
    for (long wait : new long[] {8, 16, 32, 64, 64}) {
      assertEquals(8, state.at());
      long since = nowNs;
      while (state.at() == 8) {
        measure(5);
      }
      long waited = (nowNs - since) / SECOND_NS;
      assertEquals(wait, waited, "after " + before);
      measure(100);
      before = waited;
    }
  }

  @Test
  void waitsNoLongerThanAfterAMissOnceAMoveBackHeld() {
    measure(500);
    measureFor(8.5, 5);
    measure(100);
    assertEquals(8, state.at());
    assertEquals(2 * ThresholdCore.WAIT_AFTER_MISS_NS, state.waitNs());
    measureFor(17, 5);
    assertEquals(7, state.at());
    measureFor(6, 8);
    assertEquals(7, state.at());
    assertEquals(ThresholdCore.WAIT_AFTER_MISS_NS, state.waitNs());
    measure(11);
    assertEquals(8, state.at());
    assertEquals(ThresholdCore.WAIT_AFTER_MISS_NS, state.waitNs());
  }

  @Test
  void hasNowhereToGoWithOnePoint() {
    state = start(1);
    measure(100);
    assertEquals(0, state.at());
    measureFor(10, 1);
    assertEquals(0, state.at());
  }

  @Test
  void refusesATargetOfNothing() {
    assertThrows(
        IllegalArgumentException.class, () -> ThresholdCore.State.start(points(2), reaches(2), 0));
  }

  /** Latency that only depends on the point: it settles, and is above the target seldom. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void settlesAtThePointThatKeepsTheTarget(long seed) {
    Random random = new Random(seed);
    int points = 2 + random.nextInt(20);
    int enough = random.nextInt(points);
    state = start(points);
    int above = 0;
    int moves = 0;
    for (int i = 0; i < 4 * 600; i++) {
      int before = state.at();
      boolean slow = before < enough;
      above += slow ? 1 : 0;
      measure(slow ? 10.5 + random.nextInt(30) : 3 + 3 * random.nextDouble());
      moves += state.at() == before ? 0 : 1;
    }
    assertTrue(state.at() >= enough - 1 && state.at() <= enough, "seed " + seed);
    assertTrue(above <= 30, "seed " + seed + " above " + above);
    assertTrue(moves <= 60, "seed " + seed + " moves " + moves);
  }

  private void measure(double latencyMs) {
    nowNs += SECOND_NS / 4;
    state = ThresholdCore.decide(state, latencyMs, nowNs);
  }

  private void measureFor(double seconds, double latencyMs) {
    for (int i = 0; i < seconds * 4; i++) {
      measure(latencyMs);
    }
  }

  private static ThresholdCore.State start(int points) {
    return ThresholdCore.State.start(points(points), reaches(points), TARGET_MS);
  }

  /** As if all points took as long. */
  private static List<Double> reaches(int points) {
    return Collections.nCopies(points, 1.0);
  }

  private static List<OperatingPoint> points(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new OperatingPoint(i / 100.0, 0.9, 0.9, 1 - i / 100.0, List.of(0.0, 1.0)))
        .toList();
  }
}
