package io.coterie.planner.grouping;

import io.coterie.planner.cost.Device;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Follow-the-leader grouping: the name is reported for RoCoIn (arXiv 2406.14185), the steps are
 * ours. Boards come by falling compute; the first leads the first group, each further one joins the
 * nearest leader closer than a threshold, else leads a new group. Groups are then {@link Repair
 * repaired} until they meet the success target.
 */
public final class FollowTheLeader {
  /** So many quantiles of the distances are swept. */
  private static final int MAX_THRESHOLDS = 48;

  /** Larger fleets take the distances of so many boards, evenly chosen by rank, to all of those. */
  private static final int MAX_SAMPLED = 64;

  /** Up to so many boards, groups in excess are merged; beyond, such a threshold is passed over. */
  private static final int MAX_MERGED = 32;

  private final Likeness likeness;

  /**
   * @param boards at least one
   */
  public FollowTheLeader(List<Device> boards) {
    likeness = new Likeness(boards);
  }

  /**
   * One pass with a fixed threshold, repaired.
   *
   * @param threshold d_th >= 0; at 0 every board leads its own group before the repair
   * @param target success probability in [0, 1] that every group should reach
   * @return meets the target, or is one group where even that cannot
   */
  public Grouping group(double threshold, double target) {
    Groups groups = follow(threshold, likeness.boards());
    new Repair(groups, likeness, target).run(true);
    return groups.grouping(likeness);
  }

  /**
   * Every different grouping into {@code wanted} groups that a sweep of the threshold finds, then
   * an even one: the boards by falling compute, cut into runs of equal length. The even one makes
   * sure that there is an answer for alike boards too, which no threshold tells apart.
   *
   * @param wanted K, at most the number of boards
   * @return at least one; those that miss the target are the best that moving boards gives
   */
  public List<Grouping> sweep(int wanted, double target) {
    int boards = likeness.boards();
    if (wanted < 1 || wanted > boards) {
      throw new IllegalArgumentException("must be in [1, " + boards + "]: wanted groups=" + wanted);
    }
    int limit = boards <= MAX_MERGED ? boards : wanted;
    Set<Groups> passes = new LinkedHashSet<>();
    for (double threshold : thresholds()) {
      Groups groups = follow(threshold, limit);
      if (groups != null && groups.size() >= wanted) {
        passes.add(groups);
      }
    }
    passes.add(Groups.evenRuns(boards, wanted));
    Set<Grouping> found = new LinkedHashSet<>();
    for (Groups groups : passes) {
      new Repair(groups, likeness, target).run(groups.size() > wanted);
      if (groups.size() == wanted) {
        found.add(groups.grouping(likeness));
      }
    }
    return List.copyOf(found);
  }

  /** One pass; null where it takes more than {@code limit} groups. */
  private Groups follow(double threshold, int limit) {
    int[] groupOf = new int[likeness.boards()];
    int[] leaders = new int[limit];
    int size = 0;
    for (int board = 0; board < groupOf.length; board++) {
      int nearest = -1;
      double nearestDistance = threshold;
      for (int g = 0; g < size; g++) {
        double distance = likeness.distance(leaders[g], board);
        if (distance < nearestDistance) {
          nearest = g;
          nearestDistance = distance;
        }
      }
      if (nearest < 0) {
        if (size == limit) {
          return null;
        }
        leaders[size] = board;
        nearest = size++;
      }
      groupOf[board] = nearest;
    }
    return new Groups(groupOf, Arrays.copyOf(leaders, size));
  }

  /** The distances at which the groups can change, each raised a little as joining needs "less". */
  private double[] thresholds() {
    int boards = likeness.boards();
    int sampled = Math.min(boards, MAX_SAMPLED);
    double[] distances = new double[1 + sampled * (sampled - 1) / 2];
    int count = 1;
    for (int i = 0; i < sampled; i++) {
      for (int j = 0; j < i; j++) {
        int a = (int) ((long) i * boards / sampled);
        int b = (int) ((long) j * boards / sampled);
        distances[count++] = Math.nextUp(likeness.distance(a, b));
      }
    }
    double[] all = Arrays.stream(distances).sorted().distinct().toArray();
    double[] chosen = new double[Math.min(all.length, MAX_THRESHOLDS)];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = all[(int) ((long) i * (all.length - 1) / Math.max(1, chosen.length - 1))];
    }
    return chosen;
  }
}
