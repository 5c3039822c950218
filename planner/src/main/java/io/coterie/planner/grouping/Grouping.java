package io.coterie.planner.grouping;

import java.util.Arrays;
import java.util.List;

/**
 * Boards in groups, each board in exactly one.
 *
 * @param groups per group the places of its boards in the list that was grouped; none is empty; the
 *     first of each is its leader
 */
public record Grouping(List<int[]> groups) {
  public Grouping {
    groups = List.copyOf(groups);
  }

  /** Number of groups. */
  public int size() {
    return groups.size();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Grouping that
        && Arrays.deepEquals(groups.toArray(), that.groups.toArray());
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(groups.toArray());
  }
}
