package io.coterie.planner.exact;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Reliability;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Is there a placement of given students in which no board works longer than a bound, every board's
 * memory holds, and every partition's group meets the target? A depth-first search over the boards;
 * hosting more never harms, so a board's choices are its largest sets of partitions that fit.
 *
 * <p>Branches are cut where the boards that are left cannot lift some group to the target even if
 * all that can joined it, and where they cannot lift all groups together even if each hosted as
 * many partitions as it ever can. Not thread-safe.
 */
final class Cover {
  private static final double SLACK = 1e-9;

  private final CostTable table;
  private final double target;
  private final int k;
  private final NodeBudget budget;
  private final double goal;
  private int[] order;
  private int[][] options;
  private double[][] potential;
  private double[] supply;
  private int[] hosted;

  Cover(CostTable table, double target, NodeBudget budget) {
    this.table = table;
    this.target = target;
    this.k = table.k();
    this.budget = budget;
    this.goal = -Math.log(1 - target + 1e-12);
  }

  /**
   * The partitions hosted per board, as bits; null where there is no such placement, or the budget
   * ran out.
   */
  int[] find(BoardSets sets, double bound) {
    return find(
        IntStream.range(0, table.boards())
            .mapToObj(board -> sets.maximal(board, bound))
            .toArray(int[][]::new));
  }

  /** The same with each board's largest sets given; one without any hosts nothing. */
  int[] find(int[][] maximal) {
    int boards = table.boards();
    order =
        IntStream.range(0, boards)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingInt(b -> maximal[b].length)
                    .thenComparingDouble(table::fails))
            .mapToInt(b -> b)
            .toArray();
    options = IntStream.of(order).mapToObj(b -> maximal[b]).toArray(int[][]::new);
    fillPotentials();
    hosted = new int[boards];
    double[] allFail = new double[k];
    Arrays.fill(allFail, 1);
    return search(0, 0, allFail) ? hosted.clone() : null;
  }

  private void fillPotentials() {
    int boards = order.length;
    potential = new double[boards + 1][k];
    supply = new double[boards + 1];
    Arrays.fill(potential[boards], 2);
    for (int i = boards - 1; i >= 0; i--) {
      double fails = table.fails(order[i]);
      potential[i] = potential[i + 1].clone();
      int most = 0;
      for (int bits : options[i]) {
        most = Math.max(most, Integer.bitCount(bits));
      }
      for (int p = 0; p < k; p++) {
        if (canHost(i, p)) {
          potential[i][p] = Math.min(1, potential[i][p]) * fails;
        }
      }
      supply[i] = supply[i + 1] + most * Math.min(goal, -Math.log(fails));
    }
  }

  private boolean canHost(int i, int partition) {
    for (int bits : options[i]) {
      if ((bits >> partition & 1) == 1) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param host partitions that a board hosts already
   */
  private boolean search(int i, int host, double[] allFail) {
    int open = 0;
    double need = 0;
    for (int p = 0; p < k; p++) {
      boolean isHosted = (host >> p & 1) == 1;
      if (isHosted && Reliability.meets(allFail[p], target)) {
        continue;
      }
      boolean nobodyLeft = potential[i][p] > 1;
      if (nobodyLeft || !Reliability.meets(allFail[p] * potential[i][p], target)) {
        return false;
      }
      open |= 1 << p;
      need += goal + Math.log(allFail[p]);
    }
    if (open == 0) {
      return true;
    }
    return need <= supply[i] + SLACK && budget.spend() && branch(i, host, open, allFail);
  }

  private boolean branch(int i, int host, int open, double[] allFail) {
    double fails = table.fails(order[i]);
    boolean any = false;
    for (int o = 0; o < options[i].length; o++) {
      int useful = options[i][o] & open;
      if (useful == 0 || isCovered(options[i], o, useful, open)) {
        continue;
      }
      any = true;
      double[] next = allFail.clone();
      for (int p = 0; p < k; p++) {
        next[p] *= (options[i][o] >> p & 1) == 1 ? fails : 1;
      }
      hosted[order[i]] = options[i][o];
      if (search(i + 1, host | options[i][o], next)) {
        return true;
      }
      hosted[order[i]] = 0;
    }
    return !any && search(i + 1, host, allFail);
  }

  /** Whether another option serves all open groups that this one does. */
  private static boolean isCovered(int[] options, int o, int useful, int open) {
    for (int other = 0; other < options.length; other++) {
      int serves = options[other] & open;
      if (other != o && (useful & ~serves) == 0 && (serves != useful || other < o)) {
        return true;
      }
    }
    return false;
  }
}
