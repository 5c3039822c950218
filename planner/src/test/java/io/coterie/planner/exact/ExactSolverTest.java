package io.coterie.planner.exact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.baseline.RandomFleets;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import io.coterie.planner.exact.ExactSearch.Placement;
import io.coterie.planner.placement.Zoo;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExactSolverTest {
  private static final double EXACT = 1e-12;
  private static final Manifest ZOO = Zoo.manifest();

  static List<Long> seeds() {
    return new Random(1406).longs(150).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void agreesWithTryingEveryPlacement(long seed) {
    Random random = new Random(seed);
    Partitioning two = ZOO.partitioning(Strategy.ROCOIN, 2).orElseThrow();
    List<Device> fleet = new RandomFleets(ZOO, seed).upTo(3);
    double target = random.nextBoolean() ? 0.6 + 0.4 * random.nextDouble() : 0;
    CostTable table = new CostTable(two, fleet, measured(two, fleet, random));
    ExactSearch.Result result = new ExactSearch(table).fastest(target, Long.MAX_VALUE);
    assertTrue(result.proven());
    assertEquals(
        bruteForce(table, target),
        result.best().map(Placement::latencySeconds).orElse(Double.POSITIVE_INFINITY),
        EXACT,
        "seed " + seed);
    result.best().ifPresent(best -> assertValid(table, best, target, "seed " + seed));
  }

  /** Some latencies as measured, so that larger students may be faster on some boards. */
  private static CostModel measured(Partitioning two, List<Device> fleet, Random random) {
    Map<Measurement, Double> measured = new HashMap<>();
    for (Device device : fleet) {
      for (int p = 0; p < 2; p++) {
        for (Student student : two.partitions().get(p).students()) {
          if (random.nextInt(3) == 0) {
            double seconds = 0.01 + random.nextDouble();
            measured.put(new Measurement(device.id(), student.digest()), seconds);
          }
        }
      }
    }
    return new CostModel(measured);
  }

  private static double bruteForce(CostTable table, double target) {
    double best = Double.POSITIVE_INFINITY;
    int placements = 1 << (2 * table.boards());
    for (int s0 = 0; s0 < table.students(0); s0++) {
      for (int s1 = 0; s1 < table.students(1); s1++) {
        for (int code = 0; code < placements; code++) {
          int[] hosted = new int[table.boards()];
          for (int board = 0; board < hosted.length; board++) {
            hosted[board] = (code >> (2 * board)) & 3;
          }
          Placement placement = new Placement(new int[] {s0, s1}, hosted, 0);
          if (isFeasible(table, placement, target)) {
            best = Math.min(best, latency(table, placement));
          }
        }
      }
    }
    return best;
  }

  private static void assertValid(
      CostTable table, Placement placement, double target, String message) {
    assertTrue(isFeasible(table, placement, target), message);
    assertEquals(latency(table, placement), placement.latencySeconds(), EXACT, message);
  }

  private static boolean isFeasible(CostTable table, Placement placement, double target) {
    double[] allFail = {1, 1};
    for (int board = 0; board < table.boards(); board++) {
      long bytes = 0;
      for (int p = 0; p < 2; p++) {
        if ((placement.hosted()[board] >> p & 1) == 1) {
          bytes += table.bytes(p, placement.student()[p]);
          allFail[p] *= table.fails(board);
        }
      }
      if (bytes > table.memory(board)) {
        return false;
      }
    }
    boolean complete = true;
    for (int p = 0; p < 2; p++) {
      complete &= allFail[p] < 1 && Reliability.meets(allFail[p], target);
    }
    return complete;
  }

  private static double latency(CostTable table, Placement placement) {
    double latency = 0;
    for (int board = 0; board < table.boards(); board++) {
      double busy = 0;
      for (int p = 0; p < 2; p++) {
        boolean hosts = (placement.hosted()[board] >> p & 1) == 1;
        busy += hosts ? table.seconds(board, p, placement.student()[p]) : 0;
      }
      latency = Math.max(latency, busy);
    }
    return latency;
  }

  @Test
  void proposesTheFasterK() {
    List<Device> fleet = new RandomFleets(ZOO, 3).of(8);
    var optimum = ExactSolver.solve(fleet, ZOO, CostModel.unmeasured(), 0.8).orElseThrow();
    for (Partitioning partitioning : ZOO.partitionings()) {
      CostTable table = new CostTable(partitioning, fleet, CostModel.unmeasured());
      Optional<Placement> best = new ExactSearch(table).fastest(0.8, Long.MAX_VALUE).best();
      double latency = best.map(Placement::latencySeconds).orElse(Double.POSITIVE_INFINITY);
      assertTrue(optimum.latencySeconds() <= latency + EXACT);
    }
    assertEquals(optimum.k(), optimum.members().size());
    assertEquals(optimum.k(), optimum.students().size());
    optimum.members().forEach(group -> assertFalse(group.isEmpty()));
  }

  @Test
  void isEmptyWhereNoPlacementReachesTheTarget() {
    List<Device> fleet = List.of(new Device("a", 1e7, 10_000_000, 1e6, 0.1));
    assertTrue(ExactSolver.solve(fleet, ZOO, CostModel.unmeasured(), 0.91).isEmpty());
    assertTrue(ExactSolver.solve(fleet, ZOO, CostModel.unmeasured(), 0.9).isPresent());
    assertTrue(ExactSolver.solve(List.of(), ZOO, CostModel.unmeasured(), 0).isEmpty());
  }

  @Test
  void findsTheHighestTarget() {
    Partitioning two = ZOO.partitioning(Strategy.ROCOIN, 2).orElseThrow();
    List<Device> fleet =
        List.of(
            new Device("a", 1e7, 10_000_000, 1e6, 0.1), new Device("b", 1e7, 10_000_000, 1e6, 0.2));
    CostTable table = new CostTable(two, fleet, CostModel.unmeasured());
    assertEquals(0.98, new ExactSearch(table).highestTarget(Long.MAX_VALUE), 1e-8);
  }

  @Test
  void saysThatItsBudgetRanOut() {
    Partitioning four = ZOO.partitioning(Strategy.ROCOIN, 4).orElseThrow();
    CostTable table = new CostTable(four, new RandomFleets(ZOO, 1).of(8), CostModel.unmeasured());
    assertFalse(new ExactSearch(table).fastest(0.5, 1).proven());
  }

  @Test
  void refusesFleetsThatAreTooLarge() {
    List<Device> fleet = new RandomFleets(ZOO, 3).of(9);
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> ExactSolver.solve(fleet, ZOO, CostModel.unmeasured(), 0.8));
    assertEquals("must be <= 8 boards to solve exactly: 9", thrown.getMessage());
  }
}
