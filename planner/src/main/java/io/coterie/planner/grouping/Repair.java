package io.coterie.planner.grouping;

import io.coterie.planner.cost.Reliability;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives groups that miss the success target more members (rules ours). The weakest such group gets
 * the nearest board of a group that still meets the target without it. Where nobody can spare one,
 * it is merged with the group whose leader is nearest, or stays as it is.
 *
 * <p>Ends: no group that meets the target ever falls below it, and every step adds a board to one
 * that does not, gives up on one, or takes away a group.
 */
final class Repair {
  private final Groups groups;
  private final Likeness likeness;
  private final double target;
  private final Set<Integer> givenUpLeaders = new HashSet<>();

  Repair(Groups groups, Likeness likeness, double target) {
    this.groups = groups;
    this.likeness = likeness;
    this.target = target;
  }

  /**
   * Changes the groups.
   *
   * @param merging whether groups may merge: one is left where the target cannot be met otherwise.
   *     Else as many groups come out as went in, and some may miss the target
   */
  void run(boolean merging) {
    for (int weak = weakest(); weak >= 0; weak = weakest()) {
      if (!takeNearestSpare(weak) && !(merging && mergeIntoNearest(weak))) {
        givenUpLeaders.add(groups.leader(weak));
      }
    }
  }

  private double[] allFail() {
    double[] allFail = new double[groups.size()];
    java.util.Arrays.fill(allFail, 1);
    for (int board = 0; board < likeness.boards(); board++) {
      allFail[groups.groupOf[board]] *= likeness.fails[board];
    }
    return allFail;
  }

  private int weakest() {
    double[] allFail = allFail();
    int weakest = -1;
    for (int g = 0; g < allFail.length; g++) {
      if (!Reliability.meets(allFail[g], target)
          && !givenUpLeaders.contains(groups.leader(g))
          && (weakest < 0 || allFail[g] > allFail[weakest])) {
        weakest = g;
      }
    }
    return weakest;
  }

  private boolean takeNearestSpare(int weak) {
    double[] allFail = allFail();
    int leader = groups.leader(weak);
    int spare = -1;
    for (int board = 0; board < likeness.boards(); board++) {
      if (canSpare(board, allFail)
          && (spare < 0 || likeness.distance(leader, board) < likeness.distance(leader, spare))) {
        spare = board;
      }
    }
    if (spare >= 0) {
      groups.move(spare, weak);
    }
    return spare >= 0;
  }

  private boolean canSpare(int board, double[] allFail) {
    int group = groups.groupOf[board];
    if (!Reliability.meets(allFail[group], target)) {
      return false;
    }
    double rest = 1;
    boolean alone = true;
    if (likeness.fails[board] > 0) {
      rest = allFail[group] / likeness.fails[board];
      alone = isAlone(board);
    } else {
      for (int other = 0; other < likeness.boards() && !Reliability.meets(rest, 1); other++) {
        if (other != board && groups.groupOf[other] == group) {
          rest *= likeness.fails[other];
          alone = false;
        }
      }
    }
    return !alone && Reliability.meets(rest, target);
  }

  private boolean isAlone(int board) {
    for (int other = 0; other < likeness.boards(); other++) {
      if (other != board && groups.groupOf[other] == groups.groupOf[board]) {
        return false;
      }
    }
    return true;
  }

  private boolean mergeIntoNearest(int weak) {
    int nearest = -1;
    int leader = groups.leader(weak);
    for (int g = 0; g < groups.size(); g++) {
      if (g != weak
          && (nearest < 0
              || likeness.distance(leader, groups.leader(g))
                  < likeness.distance(leader, groups.leader(nearest)))) {
        nearest = g;
      }
    }
    if (nearest >= 0) {
      groups.merge(weak, nearest);
    }
    return nearest >= 0;
  }
}
