package io.coterie.planner.grouping;

import io.coterie.planner.cost.Device;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Follow-the-leader grouping: the name is reported for RoCoIn (arXiv 2406.14185), the steps are
 * ours. Devices come by falling compute; the first leads the first group, each further one joins
 * the nearest leader closer than a threshold, else leads a new group. Groups are then {@link Repair
 * repaired} until they meet the success target.
 */
public final class FollowTheLeader {
  /** Larger fleets sweep this many quantiles of their pairwise distances instead of all. */
  private static final int MAX_THRESHOLDS = 64;

  private FollowTheLeader() {}

  /**
   * One pass with a fixed threshold, repaired.
   *
   * @param threshold d_th >= 0; at 0 every device leads its own group before the repair
   * @param target success probability in [0, 1] that every group should reach
   * @return meets the target, or is one group where even that cannot
   */
  public static Grouping group(List<Device> devices, double threshold, double target) {
    Likeness likeness = new Likeness(devices);
    return Repair.withMerging(follow(devices, likeness, threshold), likeness, target);
  }

  /**
   * Every different grouping into {@code wanted} groups that a sweep of the threshold finds, then
   * an even one: the devices by falling compute, cut into runs of equal length. The even one makes
   * sure that there is an answer for alike devices too, which no threshold tells apart.
   *
   * @param wanted K, at most the number of devices
   * @return at least one; those that miss the target are the best that moving devices gives
   */
  public static List<Grouping> sweep(List<Device> devices, int wanted, double target) {
    if (wanted < 1 || wanted > devices.size()) {
      throw new IllegalArgumentException(
          "must be in [1, " + devices.size() + "]: wanted groups=" + wanted);
    }
    Likeness likeness = new Likeness(devices);
    Set<Grouping> found = new LinkedHashSet<>();
    for (double threshold : thresholds(devices, likeness)) {
      List<List<Device>> groups = follow(devices, likeness, threshold);
      if (groups.size() == wanted) {
        found.add(Repair.byMoving(groups, likeness, target));
      } else if (groups.size() > wanted) {
        Grouping merged = Repair.withMerging(groups, likeness, target);
        if (merged.size() == wanted) {
          found.add(merged);
        }
      }
    }
    found.add(Repair.byMoving(evenRuns(devices, wanted), likeness, target));
    return List.copyOf(found);
  }

  private static List<List<Device>> follow(
      List<Device> devices, Likeness likeness, double threshold) {
    List<List<Device>> groups = new ArrayList<>();
    for (Device device : strongestFirst(devices)) {
      List<Device> nearest = null;
      double nearestDistance = threshold;
      for (List<Device> group : groups) {
        double distance = likeness.distance(group.get(0), device);
        if (distance < nearestDistance) {
          nearest = group;
          nearestDistance = distance;
        }
      }
      if (nearest == null) {
        nearest = new ArrayList<>();
        groups.add(nearest);
      }
      nearest.add(device);
    }
    return groups;
  }

  private static List<List<Device>> evenRuns(List<Device> devices, int wanted) {
    List<Device> sorted = strongestFirst(devices);
    List<List<Device>> groups = new ArrayList<>();
    for (int g = 0; g < wanted; g++) {
      int from = g * sorted.size() / wanted;
      int to = (g + 1) * sorted.size() / wanted;
      groups.add(new ArrayList<>(sorted.subList(from, to)));
    }
    return groups;
  }

  /** The distances at which the groups can change, each raised a little as joining needs "less". */
  private static double[] thresholds(List<Device> devices, Likeness likeness) {
    List<Double> distances = new ArrayList<>();
    distances.add(0.0);
    for (int i = 0; i < devices.size(); i++) {
      for (int j = 0; j < i; j++) {
        distances.add(Math.nextUp(likeness.distance(devices.get(i), devices.get(j))));
      }
    }
    double[] all = distances.stream().mapToDouble(d -> d).sorted().distinct().toArray();
    int count = Math.min(all.length, MAX_THRESHOLDS);
    double[] chosen = new double[count];
    for (int i = 0; i < count; i++) {
      chosen[i] = all[(int) ((long) i * (all.length - 1) / Math.max(1, count - 1))];
    }
    return chosen;
  }

  private static List<Device> strongestFirst(List<Device> devices) {
    return devices.stream().sorted(Likeness.STRONGEST_FIRST).toList();
  }
}
