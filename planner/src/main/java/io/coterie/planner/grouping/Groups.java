package io.coterie.planner.grouping;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Boards in groups, while they are being changed; boards are numbered by falling compute. Not
 * thread-safe.
 */
final class Groups {
  final int[] groupOf;
  private int[] leaders;

  Groups(int[] groupOf, int[] leaders) {
    this.groupOf = groupOf;
    this.leaders = leaders;
  }

  /** {@code wanted} runs of equal length. */
  static Groups evenRuns(int boards, int wanted) {
    int[] groupOf = new int[boards];
    int[] leaders = new int[wanted];
    for (int g = 0; g < wanted; g++) {
      int from = g * boards / wanted;
      leaders[g] = from;
      Arrays.fill(groupOf, from, (g + 1) * boards / wanted, g);
    }
    return new Groups(groupOf, leaders);
  }

  int size() {
    return leaders.length;
  }

  int leader(int group) {
    return leaders[group];
  }

  /** Puts the boards of one group into another; groups after it move up by one. */
  void merge(int from, int into) {
    leaders[into] = Math.min(leaders[from], leaders[into]);
    for (int board = 0; board < groupOf.length; board++) {
      int group = groupOf[board] == from ? into : groupOf[board];
      groupOf[board] = group > from ? group - 1 : group;
    }
    leaders =
        IntStream.range(0, leaders.length).filter(g -> g != from).map(g -> leaders[g]).toArray();
  }

  /** Moves a board; where it led its group, the strongest that is left leads it. */
  void move(int board, int into) {
    int from = groupOf[board];
    groupOf[board] = into;
    for (int next = 0; leaders[from] == board && next < groupOf.length; next++) {
      if (groupOf[next] == from) {
        leaders[from] = next;
      }
    }
  }

  Grouping grouping(Likeness likeness) {
    int[][] members = new int[leaders.length][groupOf.length];
    int[] sizes = new int[leaders.length];
    for (int g = 0; g < leaders.length; g++) {
      members[g][sizes[g]++] = likeness.original[leaders[g]];
    }
    for (int board = 0; board < groupOf.length; board++) {
      int g = groupOf[board];
      if (leaders[g] != board) {
        members[g][sizes[g]++] = likeness.original[board];
      }
    }
    return new Grouping(
        IntStream.range(0, leaders.length)
            .mapToObj(g -> Arrays.copyOf(members[g], sizes[g]))
            .collect(java.util.stream.Collectors.toCollection(java.util.ArrayList<int[]>::new)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Groups that && Arrays.equals(groupOf, that.groupOf);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(groupOf);
  }
}
