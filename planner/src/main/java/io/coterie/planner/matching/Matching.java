package io.coterie.planner.matching;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.jgrapht.alg.matching.HopcroftKarpMaximumCardinalityBipartiteMatching;
import org.jgrapht.alg.matching.KuhnMunkresMinimalWeightBipartitePerfectMatching;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.SimpleWeightedGraph;

/**
 * A perfect matching of rows and columns of a square cost matrix, all costs >= 0; an infinite cost
 * marks a pair that must not be matched.
 *
 * @param columnOfRow for every row the column it is matched with
 * @param max the largest matched cost
 * @param sum all matched costs together
 */
public record Matching(List<Integer> columnOfRow, double max, double sum) {
  public Matching {
    columnOfRow = List.copyOf(columnOfRow);
  }

  /**
   * The matching with the smallest sum (Kuhn-Munkres; reported for RoCoIn).
   *
   * @return empty where no matching avoids the infinite costs
   */
  public static Optional<Matching> smallestSum(double[][] costs) {
    return smallestSum(costs, Double::isFinite);
  }

  /**
   * The matching with the smallest maximum, and among those with the smallest sum: the stated goal
   * of RoCoIn is the slowest group. Binary search over the sorted costs with a perfect-matching
   * test (ours).
   *
   * @return empty where no matching avoids the infinite costs
   */
  public static Optional<Matching> smallestMax(double[][] costs) {
    double[] sorted = sortedFinite(costs);
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      double limit = sorted[middle];
      if (isPerfect(costs, cost -> cost <= limit)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    if (low == sorted.length) {
      return Optional.empty();
    }
    double bottleneck = sorted[low];
    return smallestSum(costs, cost -> cost <= bottleneck);
  }

  private static double[] sortedFinite(double[][] costs) {
    return Arrays.stream(costs)
        .flatMapToDouble(Arrays::stream)
        .filter(Double::isFinite)
        .sorted()
        .distinct()
        .toArray();
  }

  private static boolean isPerfect(double[][] costs, DoublePredicate allowed) {
    int n = costs.length;
    var matching =
        new HopcroftKarpMaximumCardinalityBipartiteMatching<>(
            graph(costs, allowed, false), vertices(0, n), vertices(n, 2 * n));
    return matching.getMatching().getEdges().size() == n;
  }

  private static Optional<Matching> smallestSum(double[][] costs, DoublePredicate allowed) {
    int n = costs.length;
    var graph = graph(costs, allowed, true);
    var edges =
        new KuhnMunkresMinimalWeightBipartitePerfectMatching<>(
                graph, vertices(0, n), vertices(n, 2 * n))
            .getMatching()
            .getEdges();
    Integer[] columnOfRow = new Integer[n];
    for (DefaultWeightedEdge edge : edges) {
      columnOfRow[graph.getEdgeSource(edge)] = graph.getEdgeTarget(edge) - n;
    }
    double max = 0;
    double sum = 0;
    for (int row = 0; row < n; row++) {
      double cost = costs[row][columnOfRow[row]];
      if (!allowed.test(cost)) {
        return Optional.empty();
      }
      max = Math.max(max, cost);
      sum += cost;
    }
    return Optional.of(new Matching(List.of(columnOfRow), max, sum));
  }

  /**
   * Rows are the vertices 0 to n - 1, columns n to 2n - 1. Kuhn-Munkres wants a complete graph:
   * forbidden pairs then cost more than all others together.
   */
  private static SimpleWeightedGraph<Integer, DefaultWeightedEdge> graph(
      double[][] costs, DoublePredicate allowed, boolean complete) {
    int n = costs.length;
    double forbidden = 1;
    for (double[] row : costs) {
      for (double cost : row) {
        forbidden += allowed.test(cost) ? cost : 0;
      }
    }
    var graph = new SimpleWeightedGraph<Integer, DefaultWeightedEdge>(DefaultWeightedEdge.class);
    vertices(0, 2 * n).forEach(graph::addVertex);
    for (int row = 0; row < n; row++) {
      for (int column = 0; column < n; column++) {
        boolean usable = allowed.test(costs[row][column]);
        if (usable || complete) {
          DefaultWeightedEdge edge = graph.addEdge(row, n + column);
          graph.setEdgeWeight(edge, usable ? costs[row][column] : forbidden);
        }
      }
    }
    return graph;
  }

  private static Set<Integer> vertices(int from, int to) {
    List<Integer> range = new ArrayList<>();
    for (int vertex = from; vertex < to; vertex++) {
      range.add(vertex);
    }
    return new LinkedHashSet<>(range);
  }
}
