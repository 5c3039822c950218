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
 * @param accuracy for every student one entry for every non-empty pattern of present portions, or
 *     one for each pattern that holds for all students
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
    checkAccuracy(partitions, accuracy);
  }

  private static void checkAccuracy(List<Partition> partitions, List<PatternAccuracy> accuracy) {
    int k = partitions.size();
    Set<String> found = new HashSet<>();
    for (PatternAccuracy entry : accuracy) {
      if (entry.present().length() != k || !found.add(key(entry.student(), entry.present()))) {
        throw new IllegalArgumentException(
            "accuracy pattern does not fit K=" + k + ": " + entry.present());
      }
    }
    for (Partition partition : partitions) {
      for (Student student : partition.students()) {
        for (int bits = 1; bits < 1 << k; bits++) {
          String present = pattern(bits, k);
          if (!found.contains(key(student.name(), present)) && !found.contains(key("", present))) {
            throw new IllegalArgumentException(
                ("accuracy table of K=%d lacks the pattern %s for student %s: train the bundle again,"
                        + " or take a complete one")
                    .formatted(k, present, student.name()));
          }
        }
      }
    }
  }

  private static String key(String student, String present) {
    return student + '/' + present;
  }

  private static String pattern(int presentBits, int k) {
    StringBuilder pattern = new StringBuilder();
    for (int partition = 0; partition < k; partition++) {
      pattern.append((presentBits >> partition & 1) == 1 ? '1' : '0');
    }
    return pattern.toString();
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
   * Accuracy on validation data with one student in every partition, where bit k of {@code
   * presentBits} says that portion k is there; 0 where none is.
   *
   * @throws IllegalArgumentException if there is no such student
   */
  public double validationAccuracy(String student, int presentBits) {
    String present = pattern(presentBits, k());
    PatternAccuracy found = null;
    for (PatternAccuracy entry : accuracy) {
      boolean fits = entry.present().equals(present);
      if (fits && entry.student().equals(student)) {
        return entry.validation();
      }
      found = fits && entry.student().isEmpty() ? entry : found;
    }
    if (found == null && presentBits != 0) {
      throw new IllegalArgumentException("no accuracy of student " + student + " at " + present);
    }
    return found == null ? 0 : found.validation();
  }

  /**
   * Accuracy on validation data of any mix of students: the mean over the present partitions of the
   * accuracy that their student reaches in all of them (ours; exact where all are the same).
   *
   * @param students the name of each partition's student
   */
  public double validationAccuracy(List<String> students, int presentBits) {
    double sum = 0;
    for (int partition = 0; partition < k(); partition++) {
      if ((presentBits >> partition & 1) == 1) {
        sum += validationAccuracy(students.get(partition), presentBits);
      }
    }
    return presentBits == 0 ? 0 : sum / Integer.bitCount(presentBits);
  }
}
