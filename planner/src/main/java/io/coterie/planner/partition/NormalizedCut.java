package io.coterie.planner.partition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.EigenDecompositionSymmetric;

/**
 * Splits a graph's nodes into K parts so that little weight is cut relative to the parts' volumes,
 * after Shi and Malik (2000) in the form of Ng, Jordan and Weiss (2002): eigenvectors of {@code I -
 * D^-1/2 A D^-1/2} for the K smallest eigenvalues, rows normalised, k-means with restarts, the
 * clustering of the lowest cut kept. Nodes without any edge go to the smallest part (ours).
 */
public final class NormalizedCut {
  private static final int RESTARTS = 40;

  /** Share of the largest part's size from which on a part may be cut instead of it. */
  private static final double NEARLY_AS_LARGE = 0.75;

  /**
   * A partition of nodes 0..n-1.
   *
   * @param parts each sorted; ordered by their smallest node
   * @param cut sum over parts of cut(part, rest) / volume(part); 0 to K
   */
  public record Result(List<List<Integer>> parts, double cut) {
    public Result {
      parts = parts.stream().map(List::copyOf).toList();
    }
  }

  private NormalizedCut() {}

  /**
   * Splits the graph.
   *
   * @param adjacency symmetric, not negative, finite
   * @param k number of parts, 1 to the number of nodes
   * @param seed decides the restarts of k-means
   * @throws IllegalArgumentException if the matrix or k is out of range
   */
  public static Result split(double[][] adjacency, int k, long seed) {
    check(adjacency, k);
    int[] connected = connected(adjacency);
    int[] best = null;
    if (k > 1 && connected.length >= k) {
      double[][] rows = embed(adjacency, connected, k);
      KMeans means = new KMeans(rows, k, seed);
      double lowest = Double.POSITIVE_INFINITY;
      for (int i = 0; i < RESTARTS; i++) {
        int[] labels = spread(means.run(), connected, adjacency.length);
        double cut = value(adjacency, labels, k);
        if (cut < lowest) {
          lowest = cut;
          best = labels;
        }
      }
    }
    int[] labels =
        best == null ? spread(new int[connected.length], connected, adjacency.length) : best;
    placeLoose(labels, k);
    return new Result(parts(labels, k), value(adjacency, labels, k));
  }

  /**
   * Splits the graph part by part, after the recursive two-way cut of Shi and Malik (2000). Of the
   * parts that are nearly as large as the largest, the one is cut in two that leaves the lowest cut
   * (ours): no student has much more to learn than the others. Each K refines the one before it, so
   * that what was learnt for a part serves every K that has it.
   *
   * @param adjacency symmetric, not negative, finite
   * @param k number of parts, 1 to the number of nodes
   * @param seed decides the restarts of k-means
   * @throws IllegalArgumentException if the matrix or k is out of range
   */
  public static Result nested(double[][] adjacency, int k, long seed) {
    check(adjacency, k);
    Result current = split(adjacency, 1, seed);
    while (current.parts().size() < k) {
      List<List<Integer>> parts = current.parts();
      int largest = parts.stream().mapToInt(List::size).max().orElseThrow();
      Result best = null;
      for (int part = 0; part < parts.size(); part++) {
        if (parts.get(part).size() >= NEARLY_AS_LARGE * largest) {
          Result candidate = bisect(adjacency, parts, part, seed);
          best = best == null || candidate.cut() < best.cut() ? candidate : best;
        }
      }
      current = best;
    }
    return current;
  }

  private static Result bisect(
      double[][] adjacency, List<List<Integer>> parts, int chosen, long seed) {
    List<Integer> nodes = parts.get(chosen);
    double[][] within = new double[nodes.size()][nodes.size()];
    for (int i = 0; i < within.length; i++) {
      for (int j = 0; j < within.length; j++) {
        within[i][j] = adjacency[nodes.get(i)][nodes.get(j)];
      }
    }
    List<List<Integer>> refined = new ArrayList<>(parts);
    refined.remove(chosen);
    for (List<Integer> half : split(within, 2, seed).parts()) {
      refined.add(half.stream().map(nodes::get).toList());
    }
    refined.sort((a, b) -> Integer.compare(a.get(0), b.get(0)));
    int[] partOf = new int[adjacency.length];
    for (int part = 0; part < refined.size(); part++) {
      for (int node : refined.get(part)) {
        partOf[node] = part;
      }
    }
    return new Result(refined, value(adjacency, partOf, refined.size()));
  }

  /**
   * The normalised cut of given parts: 0 where nothing is cut, at most their number. A part without
   * volume counts 0.
   *
   * @param partOf for each node its part, 0 to k-1; negative for nodes in no part
   */
  public static double value(double[][] adjacency, int[] partOf, int k) {
    double[] volume = new double[k];
    double[] inside = new double[k];
    for (int i = 0; i < adjacency.length; i++) {
      for (int j = 0; j < adjacency.length; j++) {
        if (partOf[i] >= 0) {
          volume[partOf[i]] += adjacency[i][j];
          inside[partOf[i]] += partOf[i] == partOf[j] ? adjacency[i][j] : 0;
        }
      }
    }
    double cut = 0;
    for (int part = 0; part < k; part++) {
      cut += volume[part] > 0 ? (volume[part] - inside[part]) / volume[part] : 0;
    }
    return cut;
  }

  private static void check(double[][] adjacency, int k) {
    int n = adjacency.length;
    if (k < 1 || k > n) {
      throw new IllegalArgumentException("cannot split " + n + " filters into K=" + k + " parts");
    }
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double weight = adjacency[i][j];
        if (adjacency[i].length != n
            || !(weight >= 0 && weight < Double.POSITIVE_INFINITY)
            || weight != adjacency[j][i]) {
          throw new IllegalArgumentException(
              "adjacency must be symmetric, finite and >= 0 at " + i + "," + j + ": " + weight);
        }
      }
    }
  }

  private static int[] connected(double[][] adjacency) {
    List<Integer> nodes = new ArrayList<>();
    for (int i = 0; i < adjacency.length; i++) {
      if (Arrays.stream(adjacency[i]).sum() > 0) {
        nodes.add(i);
      }
    }
    return nodes.stream().mapToInt(Integer::intValue).toArray();
  }

  /** One row per connected node: its place in the space of the first K eigenvectors, length 1. */
  private static double[][] embed(double[][] adjacency, int[] nodes, int k) {
    int n = nodes.length;
    double[] degree = new double[n];
    for (int i = 0; i < n; i++) {
      degree[i] = Arrays.stream(adjacency[nodes[i]]).sum();
    }
    double[][] laplacian = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double scaled = adjacency[nodes[i]][nodes[j]] / Math.sqrt(degree[i] * degree[j]);
        laplacian[i][j] = (i == j ? 1 : 0) - scaled;
      }
    }
    var eigen = new EigenDecompositionSymmetric(new Array2DRowRealMatrix(laplacian, false));
    double[][] rows = new double[n][k];
    for (int c = 0; c < k; c++) {
      // Eigenvalues come in falling order: the smallest are last.
      double[] vector = eigen.getEigenvector(n - 1 - c).toArray();
      for (int i = 0; i < n; i++) {
        rows[i][c] = vector[i];
      }
    }
    Arrays.stream(rows).forEach(NormalizedCut::normalise);
    return rows;
  }

  private static void normalise(double[] row) {
    double length = Math.sqrt(Arrays.stream(row).map(v -> v * v).sum());
    for (int i = 0; i < row.length && length > 0; i++) {
      row[i] /= length;
    }
  }

  private static int[] spread(int[] labels, int[] nodes, int n) {
    int[] all = new int[n];
    Arrays.fill(all, -1);
    for (int i = 0; i < nodes.length; i++) {
      all[nodes[i]] = labels[i];
    }
    return all;
  }

  /** Loose nodes, one by one, to the smallest part; then no part is left empty. */
  private static void placeLoose(int[] labels, int k) {
    int[] size = new int[k];
    Arrays.stream(labels).filter(part -> part >= 0).forEach(part -> size[part]++);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        labels[i] = smallest(size);
        size[labels[i]]++;
      }
    }
    for (int i = 0; i < labels.length && size[smallest(size)] == 0; i++) {
      if (size[labels[i]] > 1) {
        size[labels[i]]--;
        labels[i] = smallest(size);
        size[labels[i]]++;
      }
    }
  }

  private static int smallest(int[] size) {
    int smallest = 0;
    for (int part = 1; part < size.length; part++) {
      smallest = size[part] < size[smallest] ? part : smallest;
    }
    return smallest;
  }

  private static List<List<Integer>> parts(int[] labels, int k) {
    List<List<Integer>> parts = new ArrayList<>();
    for (int part = 0; part < k; part++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < labels.length; i++) {
      parts.get(labels[i]).add(i);
    }
    parts.sort((a, b) -> Integer.compare(a.get(0), b.get(0)));
    return parts;
  }
}
