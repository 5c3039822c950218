package io.coterie.models.evaluation;

import io.coterie.protocol.bundle.Exit;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Partitioning;
import java.util.ArrayList;
import java.util.List;

/**
 * Assembles the fusion layer's input where some portions are missing.
 *
 * @param means per partition, what stands in for a missing portion
 */
public record Patterns(List<float[]> means) {
  public Patterns {
    means = List.copyOf(means);
  }

  /** With the means that a bundle states. */
  public static Patterns of(Partitioning partitioning) {
    return of(partitioning, partitioning.last());
  }

  /** With the means of one of its exits. */
  public static Patterns of(Partitioning partitioning, Exit exit) {
    List<float[]> means = new ArrayList<>();
    int at = 0;
    for (Partition partition : partitioning.partitions()) {
      float[] mean = new float[partition.size()];
      for (int i = 0; i < mean.length; i++) {
        mean[i] = exit.mean().get(at++);
      }
      means.add(mean);
    }
    return new Patterns(means);
  }

  /** Number of partitions. */
  public int k() {
    return means.size();
  }

  /** The digits of a pattern, such as {@code 1101}; bit k of {@code bits} is digit k. */
  public String text(int bits) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < k(); k++) {
      text.append((bits >> k & 1) == 1 ? '1' : '0');
    }
    return text.toString();
  }

  /** The means of all partitions, in their order. */
  public float[] flat() {
    return features(means, full());
  }

  /** All portions there. */
  public int full() {
    return (1 << k()) - 1;
  }

  /**
   * The fusion layer's input.
   *
   * @param portions per partition row-major {@code [samples, partition size]}
   * @param bits bit k says that portion k is there
   * @return row-major {@code [samples, features]}
   */
  public float[] features(List<float[]> portions, int bits) {
    int width = means.stream().mapToInt(mean -> mean.length).sum();
    int samples = portions.get(0).length / means.get(0).length;
    float[] features = new float[samples * width];
    int column = 0;
    for (int k = 0; k < k(); k++) {
      int size = means.get(k).length;
      boolean present = (bits >> k & 1) == 1;
      for (int i = 0; i < samples; i++) {
        float[] source = present ? portions.get(k) : means.get(k);
        int from = present ? i * size : 0;
        System.arraycopy(source, from, features, i * width + column, size);
      }
      column += size;
    }
    return features;
  }
}
