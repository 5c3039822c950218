package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Twenty frames a second; boards become slow with frame 100, at 5 s; the target is 30 ms. */
final class RecoveryTest {
  private static final long PERIOD_NS = 50_000_000;
  private static final long SLOWED_NS = 100 * PERIOD_NS;

  @Test
  void isZeroWhereTheTargetWasAlwaysKept() {
    assertEquals(OptionalDouble.of(0), recovery(200, i -> 10));
  }

  @Test
  void forgivesOneLateFrameOfTwenty() {
    assertEquals(OptionalDouble.of(0), recovery(200, i -> i % 20 == 3 ? 500 : 10));
    assertTrue(recovery(200, i -> i % 10 == 3 ? 500 : 10).isEmpty());
  }

  @Test
  void lastsUntilTheWindowHasForgottenTheLateFrames() {
    // Late are 100 to 119. The windows that end at 101 to 137 hold two of them or more.
    OptionalDouble seconds = recovery(200, i -> i >= 100 && i < 120 ? 500 : 10);
    assertEquals(38 * 0.05, seconds.orElseThrow(), 1e-9);
  }

  @Test
  void countsTheLastMissOnly() {
    OptionalDouble seconds =
        recovery(300, i -> (i >= 100 && i < 120) || (i >= 160 && i < 170) ? 500 : 10);
    assertEquals((188 - 100) * 0.05, seconds.orElseThrow(), 1e-9);
  }

  @Test
  void takesAFrameWithoutAnAnswerForLate() {
    OptionalDouble seconds =
        recovery(200, i -> i == 110 || i == 111 ? Double.POSITIVE_INFINITY : 10);
    assertEquals((130 - 100) * 0.05, seconds.orElseThrow(), 1e-9);
  }

  @Test
  void isNothingWhereTheFleetStaysSlow() {
    assertTrue(recovery(200, i -> i >= 100 ? 500 : 10).isEmpty());
  }

  @Test
  void isNothingWhereLessThanASecondShowsIt() {
    // Late until 170: the first window that keeps the target ends at 190.
    assertTrue(recovery(210, i -> i >= 100 && i < 172 ? 500 : 10).isEmpty());
    assertTrue(recovery(211, i -> i >= 100 && i < 172 ? 500 : 10).isPresent());
  }

  @Test
  void isNothingWithoutFramesAfterTheSlowdown() {
    assertTrue(recovery(100, i -> 10).isEmpty());
  }

  @Test
  void ignoresLateFramesBeforeTheSlowdown() {
    assertEquals(OptionalDouble.of(0), recovery(200, i -> i < 60 ? 500 : 10));
  }

  static Stream<Long> seeds() {
    return new Random(7).longs(50).boxed();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void agreesWithTheDefinition(long seed) {
    Random random = new Random(seed);
    double lateFraction = random.nextDouble() / 5;
    List<FrameTrace> frames = new ArrayList<>();
    long ns = 0;
    for (int i = 0; i < 400; i++) {
      ns += (long) (random.nextDouble() * 2 * PERIOD_NS);
      frames.add(new FrameTrace(ns, random.nextDouble() < lateFraction ? 31 : 30, true));
    }
    long slowedNs = ns / 2;
    assertEquals(byDefinition(frames, slowedNs), Recovery.seconds(frames, 30, slowedNs));
  }

  private static OptionalDouble byDefinition(List<FrameTrace> frames, long slowedNs) {
    List<FrameTrace> after = frames.stream().filter(f -> f.sentNs() >= slowedNs).toList();
    if (after.stream().allMatch(f -> keeps(frames, f))) {
      return OptionalDouble.of(0);
    }
    for (int i = 0; i < after.size(); i++) {
      long sentNs = after.get(i).sentNs();
      boolean good = after.subList(i, after.size()).stream().allMatch(f -> keeps(frames, f));
      if (good && after.get(after.size() - 1).sentNs() - sentNs >= 1_000_000_000L) {
        return OptionalDouble.of((sentNs - slowedNs) / 1e9);
      } else if (good) {
        return OptionalDouble.empty();
      }
    }
    return OptionalDouble.empty();
  }

  private static boolean keeps(List<FrameTrace> frames, FrameTrace end) {
    List<Double> window =
        frames.stream()
            .filter(f -> f.sentNs() <= end.sentNs() && f.sentNs() > end.sentNs() - 1_000_000_000L)
            .map(FrameTrace::latencyMs)
            .sorted()
            .toList();
    return Percentiles.at(window, 0.95) <= 30;
  }

  private static OptionalDouble recovery(int count, IntToDoubleFunction latencyMs) {
    List<FrameTrace> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(new FrameTrace(i * PERIOD_NS, latencyMs.applyAsDouble(i), true));
    }
    return Recovery.seconds(frames, 30, SLOWED_NS);
  }
}
