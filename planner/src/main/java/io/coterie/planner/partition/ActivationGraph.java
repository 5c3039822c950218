package io.coterie.planner.partition;

import java.util.Arrays;

/**
 * Which filters of a teacher's last feature map fire together, after the NoNN code of the authors
 * of arXiv 2406.14185: per image the filters' spatial means, negatives to 0, divided by the
 * largest, the {@value #KEPT} largest kept; every pair adds {@code a_i a_j |a_i - a_j|}.
 *
 * <p>Not thread-safe.
 */
public final class ActivationGraph {
  private static final int KEPT = 50;

  private final double[][] weights;

  /** An empty graph of {@code filters} nodes. */
  public ActivationGraph(int filters) {
    if (filters <= 0) {
      throw new IllegalArgumentException("must be > 0: filters=" + filters);
    }
    weights = new double[filters][filters];
  }

  /**
   * Adds one image.
   *
   * @param means spatial mean of each filter's activation; must be finite
   */
  public void add(float[] means) {
    if (means.length != weights.length) {
      throw new IllegalArgumentException(
          "graph has " + weights.length + " filters, image " + means.length);
    }
    double[] activity = activity(means);
    for (int i = 0; i < activity.length; i++) {
      if (activity[i] == 0) {
        continue;
      }
      for (int j = i + 1; j < activity.length; j++) {
        double weight = activity[i] * activity[j] * Math.abs(activity[i] - activity[j]);
        weights[i][j] += weight;
        weights[j][i] += weight;
      }
    }
  }

  /** The symmetric adjacency matrix with zero diagonal, a copy. */
  public double[][] adjacency() {
    return Arrays.stream(weights).map(double[]::clone).toArray(double[][]::new);
  }

  private static double[] activity(float[] means) {
    double largest = 0;
    for (float mean : means) {
      if (!Float.isFinite(mean)) {
        throw new IllegalArgumentException("activation must be finite: " + mean);
      }
      largest = Math.max(largest, mean);
    }
    double[] activity = new double[means.length];
    if (largest == 0) {
      return activity;
    }
    double[] sorted = new double[means.length];
    for (int i = 0; i < means.length; i++) {
      activity[i] = Math.max(0, means[i]) / largest;
      sorted[i] = activity[i];
    }
    Arrays.sort(sorted);
    double threshold = sorted[Math.max(0, sorted.length - KEPT)];
    for (int i = 0; i < activity.length; i++) {
      activity[i] = activity[i] < threshold ? 0 : activity[i];
    }
    return activity;
  }
}
