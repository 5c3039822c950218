package io.coterie.models.fusion;

import java.util.List;

/**
 * What a fusion layer learns from: for each partition and each of its students the portions of all
 * samples, and what the answer should be.
 *
 * @param portions per partition, per student: row-major {@code [samples, partition size]}
 * @param means per partition: what stands in for a missing portion
 * @param targets row-major {@code [samples, labels]}, each row a probability distribution
 * @param labels number of labels
 */
public record FusionSamples(
    List<List<float[]>> portions, List<float[]> means, float[] targets, int labels) {
  public FusionSamples {
    portions = portions.stream().map(List::copyOf).toList();
    means = List.copyOf(means);
    if (portions.isEmpty() || portions.size() != means.size() || targets.length % labels != 0) {
      throw new IllegalArgumentException(
          portions.size() + " partitions, " + means.size() + " means, labels=" + labels);
    }
    for (int k = 0; k < portions.size(); k++) {
      for (float[] student : portions.get(k)) {
        if (student.length != means.get(k).length * (targets.length / labels)) {
          throw new IllegalArgumentException(
              "partition " + k + " has " + student.length + " portion values");
        }
      }
    }
  }

  /** Number of samples. */
  public int size() {
    return targets.length / labels;
  }

  /** Number of values of all portions together. */
  public int features() {
    return means.stream().mapToInt(mean -> mean.length).sum();
  }
}
