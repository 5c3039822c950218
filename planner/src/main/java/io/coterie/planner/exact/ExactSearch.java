package io.coterie.planner.exact;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Reliability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The fastest placement of one partitioning (ours): minimises the time of the busiest board, which
 * is the slowest group's latency when reading ALL, subject to memory and to every group's success.
 * Over every student per partition and every set of partitions per board; a board runs its students
 * one after the other, and all its portions count as out with the last.
 *
 * <p>For every choice of students it bisects the bound over the finitely many times that boards can
 * take: a larger bound never makes a placement impossible.
 */
public final class ExactSearch {
  private static final double TARGET_ACCURACY = 1e-9;

  private final CostTable table;

  public ExactSearch(CostTable table) {
    this.table = table;
  }

  /**
   * A placement.
   *
   * @param student per partition, as numbered in the cost table
   * @param hosted per board the partitions that it hosts, as bits
   * @param latencySeconds time of the busiest board
   */
  public record Placement(int[] student, int[] hosted, double latencySeconds) {}

  /**
   * What a search found.
   *
   * @param best empty where no placement was found
   * @param proven whether that is the optimum, or truly infeasible; false where the budget ran out
   */
  public record Result(Optional<Placement> best, boolean proven) {}

  /**
   * The fastest placement.
   *
   * @param target p_th in [0, 1], of each group
   * @param nodes how many nodes the search may visit; {@link Long#MAX_VALUE} for a sure proof
   */
  public Result fastest(double target, long nodes) {
    NodeBudget budget = new NodeBudget(nodes);
    Cover cover = new Cover(table, target, budget);
    Placement best = null;
    for (int[] student : choices()) {
      Placement better =
          fastest(cover, student, best == null ? Double.POSITIVE_INFINITY : best.latencySeconds);
      best = better == null ? best : better;
      if (budget.isSpent()) {
        break;
      }
    }
    return new Result(Optional.ofNullable(best), !budget.isSpent());
  }

  /**
   * Lifts groups to the target by boards that join them: every other board goes on as before.
   *
   * @param before student per partition, and per board the partitions that it hosts
   * @param open the partitions whose groups boards may join, as bits
   * @param target p_th in [0, 1], of each group
   * @param bound on every joining board's time, seconds
   * @param nodes how many nodes the search may visit
   * @return what each board hosts, changed no more than needed; empty where none was found
   */
  public Optional<int[]> joining(
      Placement before, int open, double target, double bound, long nodes) {
    BoardSets sets = new BoardSets(table, before.student);
    int[][] options = new int[table.boards()][];
    for (int board = 0; board < options.length; board++) {
      options[board] = sets.joining(board, bound, before.hosted[board], open);
    }
    int[] found = new Cover(table, target, new NodeBudget(nodes)).find(options);
    if (found == null) {
      return Optional.empty();
    }
    for (int board = 0; board < options.length; board++) {
      int joined = found[board];
      found[board] = before.hosted[board];
      found[board] = meetsTarget(found, target) ? found[board] : joined;
    }
    return Optional.of(found);
  }

  private boolean meetsTarget(int[] hosted, double target) {
    for (int p = 0; p < table.k(); p++) {
      double allFail = 1;
      boolean isHosted = false;
      for (int board = 0; board < hosted.length; board++) {
        if ((hosted[board] >> p & 1) == 1) {
          allFail *= table.fails(board);
          isHosted = true;
        }
      }
      if (!isHosted || !Reliability.meets(allFail, target)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The highest success that every group can reach at once, given all the time there is.
   *
   * @param nodes how many nodes each step of the bisection may visit
   * @return to within 1e-9, rounded down; 0 where some partition cannot be hosted at all
   */
  public double highestTarget(long nodes) {
    int[] smallest = IntStream.range(0, table.k()).map(table::smallest).toArray();
    BoardSets sets = new BoardSets(table, smallest);
    double low = 0;
    double high = 1;
    while (high - low > TARGET_ACCURACY) {
      double middle = (low + high) / 2;
      Cover cover = new Cover(table, middle, new NodeBudget(nodes));
      if (cover.find(sets, Double.POSITIVE_INFINITY) == null) {
        high = middle;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /** The fastest placement below the bound; null where there is none. */
  private Placement fastest(Cover cover, int[] student, double below) {
    BoardSets sets = new BoardSets(table, student);
    double[] times = sets.timesBelow(below);
    int low = 0;
    int high = times.length - 1;
    int[] hosted = high < 0 ? null : cover.find(sets, times[high]);
    if (hosted == null) {
      return null;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      int[] found = cover.find(sets, times[middle]);
      if (found == null) {
        low = middle + 1;
      } else {
        hosted = found;
        high = middle;
      }
    }
    return new Placement(student, hosted, busiest(sets, hosted));
  }

  private static double busiest(BoardSets sets, int[] hosted) {
    double busiest = 0;
    for (int board = 0; board < hosted.length; board++) {
      busiest = Math.max(busiest, sets.seconds(board, hosted[board]));
    }
    return busiest;
  }

  /** One student for every partition, in all combinations that can be of use. */
  private List<int[]> choices() {
    List<int[]> choices = new ArrayList<>();
    choices.add(new int[table.k()]);
    for (int p = 0; p < table.k(); p++) {
      List<int[]> longer = new ArrayList<>();
      for (int[] choice : choices) {
        for (int s = 0; s < table.students(p); s++) {
          if (!isSlowerAndLarger(p, s)) {
            int[] copy = Arrays.copyOf(choice, choice.length);
            copy[p] = s;
            longer.add(copy);
          }
        }
      }
      choices = longer;
    }
    return choices;
  }

  /** How many combinations of students are worth a search. */
  public long combinations() {
    long combinations = 1;
    for (int p = 0; p < table.k(); p++) {
      long useful = 0;
      for (int s = 0; s < table.students(p); s++) {
        useful += isSlowerAndLarger(p, s) ? 0 : 1;
      }
      combinations = Math.multiplyExact(combinations, useful);
    }
    return combinations;
  }

  /** Whether another student needs no more memory and is no slower on any board. */
  private boolean isSlowerAndLarger(int partition, int student) {
    for (int other = 0; other < table.students(partition); other++) {
      boolean same = isNoBetter(partition, other, student);
      if (other != student && isNoBetter(partition, student, other) && (!same || other < student)) {
        return true;
      }
    }
    return false;
  }

  private boolean isNoBetter(int partition, int student, int than) {
    if (table.bytes(partition, student) < table.bytes(partition, than)) {
      return false;
    }
    for (int board = 0; board < table.boards(); board++) {
      if (table.seconds(board, partition, student) < table.seconds(board, partition, than)) {
        return false;
      }
    }
    return true;
  }
}
