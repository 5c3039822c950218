package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The teacher's filters in K partitions, with the fusion layer that turns K portions into logits.
 * The fusion layer's ONNX graph maps {@code features} float32 {@code [n, sum of partition sizes]}
 * (portions in partition order) to {@code logits} float32 {@code [n, labels]}.
 *
 * @param ncut the normalised cut of the partition on the activation graph, >= 0
 * @param accuracy one entry for every non-empty pattern of present portions
 */
public record Partitioning(
    List<Partition> partitions, ModelFile fusion, double ncut, List<PatternAccuracy> accuracy) {
  public Partitioning {
    partitions = Check.list(partitions, "partitions");
    Check.present(fusion, "fusion");
    accuracy = Check.list(accuracy, "accuracy");
    if (partitions.isEmpty() || partitions.size() > 16) {
      throw new IllegalArgumentException("must be 1 to 16 partitions: " + partitions.size());
    }
    if (!(ncut >= 0) || Double.isInfinite(ncut)) {
      throw new IllegalArgumentException("must be a finite number >= 0: ncut=" + ncut);
    }
    Set<Integer> seen = new HashSet<>();
    for (Partition partition : partitions) {
      for (int filter : partition.filters()) {
        if (!seen.add(filter)) {
          throw new IllegalArgumentException("filter in two partitions: " + filter);
        }
      }
    }
    Set<String> patterns = new HashSet<>();
    for (PatternAccuracy entry : accuracy) {
      if (entry.present().length() != partitions.size() || !patterns.add(entry.present())) {
        throw new IllegalArgumentException(
            "accuracy pattern does not fit K=" + partitions.size() + ": " + entry.present());
      }
    }
    int expected = (1 << partitions.size()) - 1;
    patterns.remove("0".repeat(partitions.size()));
    if (patterns.size() != expected) {
      throw new IllegalArgumentException(
          "accuracy table lacks patterns: has " + patterns.size() + " of " + expected);
    }
  }

  /** Number of partitions, K. */
  public int k() {
    return partitions.size();
  }

  /** Number of values that all portions have together. */
  public int featureSize() {
    return partitions.stream().mapToInt(Partition::size).sum();
  }

  /**
   * Accuracy on validation data where bit k of {@code presentBits} says that portion k is there.
   */
  public double validationAccuracy(int presentBits) {
    StringBuilder pattern = new StringBuilder();
    for (int k = 0; k < k(); k++) {
      pattern.append((presentBits >> k & 1) == 1 ? '1' : '0');
    }
    return accuracy.stream()
        .filter(entry -> entry.present().contentEquals(pattern))
        .mapToDouble(PatternAccuracy::validation)
        .findFirst()
        .orElse(0);
  }
}
