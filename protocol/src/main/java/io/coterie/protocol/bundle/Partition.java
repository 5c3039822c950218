package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * One part of the teacher's last-layer filters, and the students that were distilled to give it.
 *
 * @param filters the teacher's filter numbers, in the order of the portion's values
 * @param mean the portion's mean over the training data; stands in for a missing portion
 * @param students from the smallest to the largest; at least one
 */
public record Partition(List<Integer> filters, List<Float> mean, List<Student> students) {
  public Partition {
    filters = Check.list(filters, "partition.filters");
    mean = Check.list(mean, "partition.mean");
    students = Check.list(students, "partition.students");
    if (filters.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: partition.filters");
    }
    if (mean.size() != filters.size()) {
      throw new IllegalArgumentException(
          "must have one value per filter: partition.mean has "
              + mean.size()
              + ", partition.filters "
              + filters.size());
    }
    for (float value : mean) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("must be finite: partition.mean=" + value);
      }
    }
    if (students.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: partition.students");
    }
  }

  /** Number of values of the portion, |P_k|. */
  public int size() {
    return filters.size();
  }
}
