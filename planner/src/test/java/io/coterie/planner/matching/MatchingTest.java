package io.coterie.planner.matching;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MatchingTest {
  private static final double NO = Double.POSITIVE_INFINITY;

  @Test
  void theRulesDifferWhereOneSlowPairBuysManyFastOnes() {
    double[][] costs = {{1, 6}, {6, 10}};
    assertEquals(new Matching(List.of(0, 1), 10, 11), Matching.smallestSum(costs).orElseThrow());
    assertEquals(new Matching(List.of(1, 0), 6, 12), Matching.smallestMax(costs).orElseThrow());
  }

  @Test
  void amongEqualMaximaTheSmallestSumWins() {
    double[][] costs = {{9, NO, NO}, {NO, 5, 2}, {NO, 2, 5}};
    assertEquals(List.of(0, 2, 1), Matching.smallestMax(costs).orElseThrow().columnOfRow());
  }

  @Test
  void avoidsForbiddenPairs() {
    double[][] costs = {{NO, 100}, {100, NO}};
    assertEquals(100, Matching.smallestMax(costs).orElseThrow().max());
    assertEquals(200, Matching.smallestSum(costs).orElseThrow().sum());
  }

  @Test
  void saysWhereNothingMatches() {
    double[][] costs = {{1, NO}, {1, NO}};
    assertEquals(Optional.empty(), Matching.smallestMax(costs));
    assertEquals(Optional.empty(), Matching.smallestSum(costs));
    double[][] none = {{NO}};
    assertEquals(Optional.empty(), Matching.smallestMax(none));
  }

  @Test
  void matchesOneAndZeroCosts() {
    assertEquals(
        new Matching(List.of(0), 3, 3), Matching.smallestMax(new double[][] {{3}}).orElseThrow());
    assertEquals(0, Matching.smallestMax(new double[][] {{0, 0}, {0, 0}}).orElseThrow().max());
  }

  static List<Long> seeds() {
    return new Random(99).longs(80).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void agreesWithTryingEveryPermutation(long seed) {
    Random random = new Random(seed);
    int n = 1 + random.nextInt(6);
    double[][] costs = new double[n][n];
    for (double[] row : costs) {
      for (int c = 0; c < n; c++) {
        row[c] = random.nextInt(5) == 0 ? NO : random.nextInt(20);
      }
    }
    double[] best = {NO, NO};
    permute(costs, 0, new boolean[n], 0, 0, best);
    assertEquals(
        best[0], Matching.smallestSum(costs).map(Matching::sum).orElse(NO), "seed " + seed);
    assertEquals(
        best[1], Matching.smallestMax(costs).map(Matching::max).orElse(NO), "seed " + seed);
    assertEquals(
        Matching.smallestMax(costs), Matching.smallestMax(costs), "deterministic, seed " + seed);
    Matching.smallestMax(costs).ifPresent(m -> assertConsistent(costs, m, seed));
  }

  private static void assertConsistent(double[][] costs, Matching matching, long seed) {
    double sum = 0;
    for (int row = 0; row < costs.length; row++) {
      sum += costs[row][matching.columnOfRow().get(row)];
    }
    assertEquals(sum, matching.sum(), "seed " + seed);
    assertTrue(matching.columnOfRow().stream().distinct().count() == costs.length, "seed " + seed);
  }

  private static void permute(
      double[][] costs, int row, boolean[] used, double sum, double max, double[] best) {
    if (row == costs.length) {
      best[0] = Math.min(best[0], sum);
      best[1] = Math.min(best[1], max);
      return;
    }
    for (int c = 0; c < costs.length; c++) {
      if (!used[c]) {
        used[c] = true;
        permute(costs, row + 1, used, sum + costs[row][c], Math.max(max, costs[row][c]), best);
        used[c] = false;
      }
    }
  }
}
