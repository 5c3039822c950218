package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Changes a layout by as few boards as possible (rules ours): groups that are empty or too weak get
 * boards that are idle, else boards another group can spare, else a board that takes one more
 * student (where latency is the goal, whichever is done soonest); boards with several students drop
 * those that others do.
 */
final class Recruiting {
  private final Evaluator evaluator;
  private final CostTable table;
  private final Stacking stacking;

  Recruiting(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
    this.stacking = new Stacking(evaluator);
  }

  /** Fills and strengthens groups, the weakest first, as far as boards and budget allow. */
  void strengthen(Layout layout) {
    int givenUp = 0;
    for (int weak = weakest(layout, givenUp); weak >= 0; weak = weakest(layout, givenUp)) {
      if (!recruit(layout, weak)) {
        givenUp |= 1 << weak;
      }
    }
  }

  private int weakest(Layout layout, int givenUp) {
    double[] allFail = evaluator.allFail(layout);
    int weakest = -1;
    for (int p = 0; p < allFail.length; p++) {
      boolean weak = !layout.isHosted(p) || !evaluator.meets(allFail[p]);
      if (weak && (givenUp >> p & 1) == 0 && (weakest < 0 || allFail[p] > allFail[weakest])) {
        weakest = p;
      }
    }
    return weakest;
  }

  private boolean recruit(Layout layout, int partition) {
    boolean mayAdd = layout.instances() < evaluator.objective().instancesAllowed();
    boolean soonest = evaluator.objective().goal() == PlacementGoal.LATENCY;
    return (mayAdd && join(layout, partition, !soonest))
        || moveHere(layout, partition)
        || (mayAdd && join(layout, partition, false));
  }

  /** The board that is then done soonest joins, if one has the memory. */
  private boolean join(Layout layout, int partition, boolean idleOnly) {
    int chosen = -1;
    int chosenStudent = -1;
    double soonest = Double.POSITIVE_INFINITY;
    for (int board = 0; board < table.boards(); board++) {
      if (idleOnly && !layout.isIdle(board)) {
        continue;
      }
      int student = studentFor(layout, partition, board);
      if (student >= 0) {
        double done = layout.busySeconds(board) + table.seconds(board, partition, student);
        if (done < soonest && isWelcome(layout, done)) {
          chosen = board;
          chosenStudent = student;
          soonest = done;
        }
      }
    }
    if (chosen >= 0) {
      layout.add(chosen, partition, chosenStudent);
    }
    return chosen >= 0;
  }

  /** Whether a board that is done then does not make a layout late that is in time. */
  private boolean isWelcome(Layout layout, double done) {
    double deadline = evaluator.objective().deadlineSeconds();
    return done <= deadline || evaluator.latency(layout) > deadline || !layout.isComplete();
  }

  /** The strongest board that its only group can spare. */
  private boolean moveHere(Layout layout, int partition) {
    double[] allFail = evaluator.allFail(layout);
    int[] strongestFirst =
        IntStream.range(0, table.boards())
            .filter(board -> canLeave(layout, board, allFail))
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer b) -> table.board(b).flopsPerSecond())
                    .reversed())
            .mapToInt(board -> board)
            .toArray();
    for (int board : strongestFirst) {
      int left = Integer.numberOfTrailingZeros(layout.hosted(board));
      int student = layout.student(left);
      if (left == partition) {
        continue;
      }
      layout.remove(board, left);
      int here = studentFor(layout, partition, board);
      if (here >= 0 && isWelcome(layout, table.seconds(board, partition, here))) {
        layout.add(board, partition, here);
        return true;
      }
      layout.add(board, left, student);
    }
    return false;
  }

  /** Whether the board's only group meets the target without it. */
  private boolean canLeave(Layout layout, int board, double[] allFail) {
    return Integer.bitCount(layout.hosted(board)) == 1
        && canDoWithout(
            layout, Integer.numberOfTrailingZeros(layout.hosted(board)), board, allFail);
  }

  private boolean canDoWithout(Layout layout, int partition, int board, double[] allFail) {
    if (layout.size(partition) < 2) {
      return false;
    }
    double rest = allFail[partition] / table.fails(board);
    if (table.fails(board) == 0) {
      rest = 1;
      for (int other : layout.members(partition)) {
        rest *= other == board ? 1 : table.fails(other);
      }
    }
    return evaluator.meets(rest);
  }

  /** Puts idle boards to use where they help; a second call changes nothing. */
  Candidate enlistIdle(Candidate start) {
    Layout layout = start.layout().copy();
    boolean changed = false;
    while (new Enlisting(evaluator, layout).run()) {
      changed = true;
    }
    return changed ? evaluator.evaluate(layout) : start;
  }

  /**
   * Takes students off boards that host several, where the others of the group meet the target, if
   * that makes the plan clearly faster.
   */
  Candidate relieved(Candidate loaded) {
    Layout layout = loaded.layout().copy();
    for (int board = 0; board < table.boards(); board++) {
      for (int p = 0; p < table.k(); p++) {
        if (Integer.bitCount(layout.hosted(board)) > 1
            && layout.hosts(board, p)
            && canDoWithout(layout, p, board, evaluator.allFail(layout))) {
          layout.remove(board, p);
        }
      }
    }
    Candidate relieved = evaluator.evaluate(layout);
    return relieved.isClearlyFasterThan(loaded) && relieved.rank() >= loaded.rank()
        ? relieved
        : loaded;
  }

  /** The group's student if the board can host it too; the fastest for an empty group; -1: none. */
  private int studentFor(Layout layout, int partition, int board) {
    if (layout.hosts(board, partition)) {
      return -1;
    }
    if (!layout.isHosted(partition)) {
      return stacking.fastest(layout, partition, board);
    }
    return layout.canJoin(board, partition) ? layout.student(partition) : -1;
  }
}
