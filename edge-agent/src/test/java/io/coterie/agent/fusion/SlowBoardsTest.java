package io.coterie.agent.fusion;

import static io.coterie.agent.fusion.Points.point;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.ExitRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fuser and its threshold with boards that become slow, in virtual time. */
final class SlowBoardsTest {
  private static final double BUDGET = 0.01;
  private static final double TARGET_MS = 30;
  private static final double FRAMES_PER_SECOND = 20;
  private static final Partitioning POINTS =
      Points.partitioning(
          List.of("small"),
          Points.table(
              ExitPolicy.MAX_SOFTMAX,
              "small",
              point(0, 0.900, 0, 0, 1),
              point(0.1, 0.900, 0.2, 0.2, 0.6),
              point(0.2, 0.899, 0.5, 0.2, 0.3),
              point(0.3, 0.897, 0.7, 0.2, 0.1),
              point(0.4, 0.895, 0.85, 0.1, 0.05),
              point(0.5, 0.892, 0.98, 0.01, 0.01),
              point(0.6, 0.85, 1, 0, 0)));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void keepsTheTargetWithinTheBudgetWhileHalfOfTheBoardsAreSlow(long seed) {
    SimulatedFusionFleet fleet = fleet(seed, TARGET_MS);
    fleet.runUntil(20_000, FRAMES_PER_SECOND);
    assertEquals(0, fleet.threshold(), "seed " + seed);

    slow(fleet, 4);
    fleet.runUntil(25_000, FRAMES_PER_SECOND);
    assertTrue(p95(fleet, 20_000, 21_000) > TARGET_MS, "it matters, seed " + seed);
    assertTrue(back(fleet) <= 23_000, "seed " + seed);
    fleet.runUntil(60_000, FRAMES_PER_SECOND);
    // A second of 20 frames is above the target as soon as two of them are hard.
    int above = 0;
    for (int second = 25; second < 60; second++) {
      above += p95(fleet, second * 1e3, (second + 1) * 1e3) > TARGET_MS ? 1 : 0;
    }
    assertTrue(above <= 3, "seed " + seed + ": seconds above the target: " + above);

    slow(fleet, 1);
    fleet.runUntil(100_000, FRAMES_PER_SECOND);
    assertEquals(0, fleet.threshold(), "seed " + seed);
    assertTrue(p95(fleet, 99_000, 100_000) < TARGET_MS, "seed " + seed);

    fleet.runUntil(101_000, 1);
    assertTrue(Math.abs(fleet.frames() - fleet.answers().size()) <= 1, "one answer per frame");
    assertTrue(fleet.answers().stream().allMatch(a -> a.point().threshold() < 0.6), "budget");
    assertTrue(fleet.accuracyToTheEnd() - accuracy(fleet) <= BUDGET, "seed " + seed);
  }

  @Test
  void withoutATargetTheSameBoardsStaySlow() {
    SimulatedFusionFleet fleet = fleet(1, null, 0.0);
    fleet.runUntil(20_000, FRAMES_PER_SECOND);
    slow(fleet, 4);
    fleet.runUntil(60_000, FRAMES_PER_SECOND);
    assertTrue(p95(fleet, 30_000, 60_000) > TARGET_MS);
  }

  @Test
  void stopsSaveComputation() {
    SimulatedFusionFleet toTheEnd = fleet(1, null, 0.0);
    SimulatedFusionFleet early = fleet(1, null, BUDGET);
    toTheEnd.runUntil(20_000, FRAMES_PER_SECOND);
    early.runUntil(20_000, FRAMES_PER_SECOND);
    assertTrue(early.stages() < 0.75 * toTheEnd.stages(), early.stages() + " stages");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aTargetThatIsAlwaysKeptCostsNothing(long seed) {
    SimulatedFusionFleet fleet = fleet(seed, TARGET_MS);
    fleet.runUntil(60_000, FRAMES_PER_SECOND);
    assertTrue(fleet.answers().stream().allMatch(a -> a.exit() == SimulatedFusionFleet.EXITS));
  }

  /** Both boards of the first partition and one of the second. */
  private static void slow(SimulatedFusionFleet fleet, double factor) {
    for (int board = 0; board < SimulatedFusionFleet.BOARDS / 2; board++) {
      fleet.slow(board, factor);
    }
  }

  private static SimulatedFusionFleet fleet(long seed, Double targetMs) {
    return fleet(seed, targetMs, BUDGET);
  }

  private static SimulatedFusionFleet fleet(long seed, Double targetMs, double budget) {
    ExitRule rule = new ExitRule(ExitPolicy.MAX_SOFTMAX, null, budget, targetMs, null);
    return new SimulatedFusionFleet(seed, POINTS, rule);
  }

  private static double p95(SimulatedFusionFleet fleet, double fromMs, double toMs) {
    double[] sorted =
        fleet.answers().stream()
            .filter(answer -> answer.atMs() >= fromMs && answer.atMs() < toMs)
            .mapToDouble(SimulatedFusionFleet.Answer::latencyMs)
            .sorted()
            .toArray();
    return sorted[(int) Math.ceil(0.95 * sorted.length) - 1];
  }

  /** When the last second was first under the target again after the boards became slow. */
  private static double back(SimulatedFusionFleet fleet) {
    double end = 21_000;
    while (p95(fleet, end - 1_000, end) > TARGET_MS) {
      end += 50;
    }
    return end;
  }

  private static double accuracy(SimulatedFusionFleet fleet) {
    return fleet.answers().stream().filter(SimulatedFusionFleet.Answer::right).count()
        / (double) fleet.answers().size();
  }
}
