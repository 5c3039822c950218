package io.coterie.planner.baseline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.baseline.Comparison.Row;
import io.coterie.planner.baseline.Method.Case;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Zoo;
import io.coterie.protocol.bundle.Manifest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final double EXACT = 1e-12;
  private static final Manifest ZOO = Zoo.manifest();
  private static final List<Device> ALIKE =
      List.of(board("a", 1e7), board("b", 1e7), board("c", 1e7), board("d", 1e7));

  private static Device board(String id, double flops) {
    return new Device(id, flops, 10_000_000, 1e6, 0.1);
  }

  private static BaselinePrediction outcome(Method method, List<Device> fleet, double target) {
    return method.outcome(new Case(fleet, ZOO, target, 1));
  }

  @Test
  void noNnUsesEveryBoardOnceAndHasNoReplicas() {
    BaselinePrediction outcome = outcome(Method.NONN, ALIKE, 0.95);
    assertEquals(Math.pow(0.9, 4), outcome.success(), EXACT);
    assertEquals((6_000_000 + 30_000) / 1e7 + 32 * 32 / 1e6, outcome.latencySeconds(), EXACT);
    assertFalse(outcome.isFeasible());
    assertTrue(outcome(Method.NONN, ALIKE, 0.9).isFeasible());
  }

  @Test
  void hetNoNnSizesStudentsPerBoardWithoutBecomingSlower() {
    List<Device> unequal =
        List.of(board("a", 1e8), board("b", 1e7), board("c", 1e8), board("d", 1e8));
    BaselinePrediction equal = outcome(Method.NONN, unequal, 0.9);
    BaselinePrediction sized = outcome(Method.HET_NONN, unequal, 0.9);
    assertEquals(equal.latencySeconds(), sized.latencySeconds(), EXACT);
    assertTrue(sized.expectedAccuracy() > equal.expectedAccuracy());
  }

  @Test
  void replicateNeedsTheWholeModelOnABoardAndTakesTheFirstAnswer() {
    BaselinePrediction outcome =
        outcome(Method.REPLICATE, List.of(board("a", 1e7), board("b", 1e8)), 0.99);
    assertEquals(0.99, outcome.success(), EXACT);
    double flops = 12_000_000 + 12_000_000 + 10_000;
    assertEquals(flops / 1e8 + 2 * 32 * 64 / 1e6, outcome.latencySeconds(), EXACT);
    Device small = new Device("s", 1e7, 100_000, 1e6, 0.1);
    assertEquals(BaselinePrediction.NONE, outcome(Method.REPLICATE, List.of(small), 0));
  }

  @Test
  void theTeacherRunsOnTheStrongestBoard() {
    BaselinePrediction outcome =
        outcome(Method.TEACHER, List.of(board("a", 1e7), board("b", 1e8)), 0.9);
    assertEquals(26, outcome.latencySeconds(), EXACT);
    assertEquals(0.9 * 0.95, outcome.expectedAccuracy(), EXACT);
    assertTrue(outcome.isFeasible());
  }

  @Test
  void randomGroupsDependOnTheSeedOnly() {
    List<Device> fleet = new RandomFleets(ZOO, 3).of(8);
    Case of = new Case(fleet, ZOO, 0.8, 5);
    assertEquals(Method.RANDOM.outcome(of), Method.RANDOM.outcome(of));
  }

  @Test
  void tooFewBoardsForAnyKArePlacedByNobodyWithoutStacking() {
    List<Device> one = List.of(board("a", 1e7));
    assertEquals(BaselinePrediction.NONE, outcome(Method.NONN, one, 0));
    assertTrue(outcome(Method.PLANNER_LATENCY, one, 0).isFeasible());
  }

  @Test
  void theOptimumIsOneAndThePlannerReachesIt() {
    Comparison comparison = Comparison.run(ZOO, 100, 8, 0.9, 42);
    assertEquals(comparison, Comparison.run(ZOO, 100, 8, 0.9, 42));
    Row exact = row(comparison, Method.EXACT);
    Row planner = row(comparison, Method.PLANNER_LATENCY);
    assertEquals(1, exact.p95Ratio(), EXACT);
    assertEquals(1, planner.p95Ratio(), 1e-9);
    assertEquals(exact.feasibleShare(), planner.feasibleShare(), EXACT);
    assertEquals(comparison.feasible() / 100.0, exact.feasibleShare(), EXACT);
    assertTrue(comparison.table().contains("HetNoNN"));
  }

  private static Row row(Comparison comparison, Method method) {
    return comparison.rows().stream().filter(r -> r.method() == method).findFirst().orElseThrow();
  }

  @Test
  void refusesWhatItCannotCompare() {
    assertThrows(IllegalArgumentException.class, () -> Comparison.run(ZOO, 0, 8, 0.9, 1));
    assertThrows(IllegalArgumentException.class, () -> Comparison.run(ZOO, 1, 8, 1.1, 1));
    assertThrows(IllegalArgumentException.class, () -> Comparison.run(ZOO, 50, 20, 0.9, 1));
  }

  @Test
  void fleetsAreTheSameForTheSameSeed() {
    assertEquals(new RandomFleets(ZOO, 9).of(5), new RandomFleets(ZOO, 9).of(5));
    for (int i = 0; i < 50; i++) {
      int boards = new RandomFleets(ZOO, i).upTo(8).size();
      assertTrue(boards >= 1 && boards <= 8);
    }
  }
}
