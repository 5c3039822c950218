package io.coterie.planner.grouping;

import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import java.util.List;

/**
 * Boards in groups, each board in exactly one.
 *
 * @param groups none of them empty; the first member of each is its leader
 */
public record Grouping(List<List<Device>> groups) {
  /** Slack for comparing products of probabilities with a target. */
  private static final double EPSILON = 1e-12;

  public Grouping {
    groups = groups.stream().map(List::copyOf).toList();
  }

  /** Number of groups. */
  public int size() {
    return groups.size();
  }

  /** Whether every group answers with at least the probability {@code target}. */
  public boolean meets(double target) {
    return groups.stream().allMatch(group -> meets(group, target));
  }

  /** Whether the group answers with at least the probability {@code target}. */
  public static boolean meets(List<Device> group, double target) {
    return Reliability.groupSuccess(group) >= target - EPSILON;
  }
}
