package io.coterie.planner.partition;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.clustering.CentroidCluster;
import org.hipparchus.clustering.Clusterable;
import org.hipparchus.clustering.KMeansPlusPlusClusterer;
import org.hipparchus.clustering.distance.EuclideanDistance;
import org.hipparchus.random.RandomGenerator;
import org.hipparchus.random.Well19937c;

/** Repeated k-means++ on the rows of a matrix; each run starts elsewhere. */
final class KMeans {
  private static final int MAX_ITERATIONS = 200;

  private record Row(int index, double[] values) implements Clusterable {
    @Override
    public double[] getPoint() {
      return values;
    }
  }

  private final List<Row> rows;
  private final KMeansPlusPlusClusterer<Row> clusterer;

  KMeans(double[][] values, int k, long seed) {
    Row[] made = new Row[values.length];
    Arrays.setAll(made, i -> new Row(i, values[i]));
    rows = List.of(made);
    RandomGenerator random = new Well19937c(seed);
    clusterer =
        new KMeansPlusPlusClusterer<>(
            k,
            MAX_ITERATIONS,
            new EuclideanDistance(),
            random,
            KMeansPlusPlusClusterer.EmptyClusterStrategy.FARTHEST_POINT);
  }

  /** For each row its cluster, 0 to k-1. */
  int[] run() {
    int[] labels = new int[rows.size()];
    List<CentroidCluster<Row>> clusters = clusterer.cluster(rows);
    for (int c = 0; c < clusters.size(); c++) {
      for (Row row : clusters.get(c).getPoints()) {
        labels[row.index()] = c;
      }
    }
    return labels;
  }
}
