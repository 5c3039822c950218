package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.util.List;

/**
 * One part of the teacher's last-layer filters, and the students that were distilled to give it.
 *
 * @param filters the teacher's filter numbers, in the order of the portion's values
 * @param students from the smallest to the largest; at least one
 */
public record Partition(List<Integer> filters, List<Student> students) {
  public Partition {
    filters = Check.list(filters, "partition.filters");
    students = Check.list(students, "partition.students");
    if (filters.isEmpty()) {
      throw new IllegalArgumentException("must not be empty: partition.filters");
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
