package io.coterie.planner.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizedCutTest {

  /** Node i belongs to part i mod k; edges are heavy within a part and light between parts. */
  private static double[][] planted(int n, int k, double between, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] weights = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        weights[i][j] = random.nextDouble() * (i % k == j % k ? 1 : between);
        weights[j][i] = weights[i][j];
      }
    }
    return weights;
  }

  private static int[] labels(NormalizedCut.Result result, int n) {
    int[] labels = new int[n];
    for (int part = 0; part < result.parts().size(); part++) {
      for (int node : result.parts().get(part)) {
        labels[node] = part;
      }
    }
    return labels;
  }

  @ParameterizedTest
  @CsvSource({"24,2,1", "24,3,2", "64,4,3", "64,8,4", "128,4,5"})
  void recoversAPlantedPartition(int n, int k, long seed) {
    var result = NormalizedCut.split(planted(n, k, 0.1, seed), k, seed);
    for (List<Integer> part : result.parts()) {
      assertEquals(1, part.stream().map(node -> node % k).distinct().count(), "seed " + seed);
    }
    assertEquals(k, result.parts().size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void putsEveryFilterIntoExactlyOnePart(long seed) {
    int n = 40;
    var result = NormalizedCut.split(planted(n, 3, 0.8, seed), 5, seed);
    List<Integer> all = result.parts().stream().flatMap(List::stream).sorted().toList();
    assertEquals(IntStream.range(0, n).boxed().toList(), all, "seed " + seed);
    assertTrue(result.parts().stream().noneMatch(List::isEmpty), "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void cutsLessThanARandomPartition(long seed) {
    double[][] weights = planted(48, 4, 0.4, seed);
    var result = NormalizedCut.split(weights, 4, seed);
    SplittableRandom random = new SplittableRandom(seed);
    for (int trial = 0; trial < 50; trial++) {
      int[] labels = random.ints(48, 0, 4).toArray();
      assertTrue(result.cut() < NormalizedCut.value(weights, labels, 4), "seed " + seed);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void eachNestedCutRefinesTheOneBefore(long seed) {
    double[][] weights = planted(32, 4, 0.3, seed);
    for (int k = 1; k < 8; k++) {
      var coarse = NormalizedCut.nested(weights, k, seed);
      var fine = NormalizedCut.nested(weights, k + 1, seed);
      assertEquals(k + 1, fine.parts().size(), "seed " + seed);
      assertTrue(
          fine.parts().stream()
              .allMatch(part -> coarse.parts().stream().anyMatch(p -> p.containsAll(part))),
          "seed " + seed);
      assertEquals(NormalizedCut.value(weights, labels(fine, 32), k + 1), fine.cut(), 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nestedCutsFindAPlantedPartitionToo(long seed) {
    var result = NormalizedCut.nested(planted(64, 4, 0.1, seed), 4, seed);
    for (List<Integer> part : result.parts()) {
      assertEquals(1, part.stream().map(node -> node % 4).distinct().count(), "seed " + seed);
    }
  }

  @Test
  void statesTheCutOfItsParts() {
    double[][] weights = planted(30, 3, 0.3, 9);
    var result = NormalizedCut.split(weights, 3, 9);
    assertEquals(NormalizedCut.value(weights, labels(result, 30), 3), result.cut(), 1e-12);
  }

  @Test
  void isTheSameForTheSameSeed() {
    double[][] weights = planted(30, 3, 0.9, 11);
    assertEquals(NormalizedCut.split(weights, 4, 5), NormalizedCut.split(weights, 4, 5));
  }

  @Test
  void leavesTheGraphAlone() {
    double[][] weights = planted(12, 2, 0.3, 1);
    double[][] copy = Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new);
    NormalizedCut.split(weights, 2, 1);
    assertTrue(Arrays.deepEquals(copy, weights));
  }

  @Test
  void addsLooseFiltersToTheSmallestPart() {
    double[][] weights = new double[7][7];
    connect(weights, 0, 1, 2, 3);
    connect(weights, 4, 5);
    var result = NormalizedCut.split(weights, 2, 1);
    assertEquals(List.of(List.of(0, 1, 2, 3), List.of(4, 5, 6)), result.parts());
    assertEquals(0, result.cut(), 1e-12);
  }

  private static void connect(double[][] weights, int... nodes) {
    for (int i : nodes) {
      for (int j : nodes) {
        weights[i][j] = i == j ? 0 : 1;
      }
    }
  }

  @Test
  void spreadsFiltersThatNeverFire() {
    var result = NormalizedCut.split(new double[6][6], 3, 1);
    assertEquals(List.of(2, 2, 2), result.parts().stream().map(List::size).toList());
    assertEquals(0, result.cut());
  }

  @Test
  void onePartHoldsAllAndCutsNothing() {
    var result = NormalizedCut.split(planted(10, 2, 0.5, 3), 1, 3);
    assertEquals(1, result.parts().size());
    assertEquals(10, result.parts().get(0).size());
    assertEquals(0, result.cut(), 1e-12);
  }

  @Test
  void asManyPartsAsFiltersLeavesNoneEmpty() {
    var result = NormalizedCut.split(planted(5, 2, 0.5, 3), 5, 3);
    assertFalse(result.parts().stream().anyMatch(List::isEmpty));
  }

  @Test
  void theCutOfAHandMadeExampleIsRight() {
    double[][] weights = new double[4][4];
    weights[0][1] = weights[1][0] = 3;
    weights[2][3] = weights[3][2] = 2;
    weights[1][2] = weights[2][1] = 1;
    double expected = 1.0 / 7 + 1.0 / 5;
    assertEquals(expected, NormalizedCut.value(weights, new int[] {0, 0, 1, 1}, 2), 1e-12);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 4})
  void refusesAnImpossibleNumberOfParts(int k) {
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> NormalizedCut.split(new double[3][3], k, 1));
    assertTrue(e.getMessage().contains("K=" + k));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesImpossibleWeights(double weight) {
    double[][] weights = new double[2][2];
    weights[0][1] = weights[1][0] = weight;
    assertThrows(IllegalArgumentException.class, () -> NormalizedCut.split(weights, 2, 1));
  }

  @Test
  void refusesADirectedGraph() {
    double[][] weights = new double[2][2];
    weights[0][1] = 1;
    assertThrows(IllegalArgumentException.class, () -> NormalizedCut.split(weights, 2, 1));
  }
}
