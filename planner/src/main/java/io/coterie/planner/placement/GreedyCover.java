package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A fast layout that meets the target, for fleets too large to search exactly (ours). For a bound
 * on every board's time: boards come by how few partitions they can host, each takes the set that
 * serves the scarcest groups most. The bound is bisected. A group is scarce where much success is
 * still needed of what the boards to come could give, both as negative logarithms of failure.
 */
final class GreedyCover {
  private static final int BISECTIONS = 24;

  /** A board that never fails counts as one that fails with e^-40. */
  private static final double SURE = 40;

  private final Evaluator evaluator;
  private final CostTable table;
  private final double goal;

  GreedyCover(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
    double target = evaluator.objective().successTarget();
    goal = Math.max(1e-9, Math.min(SURE, -Math.log(1 - target + 1e-15)));
  }

  /** The fastest layout found; empty where no bound gave one. */
  Optional<Layout> fastest() {
    int[] leanest = IntStream.range(0, table.k()).map(table::smallest).toArray();
    int[] quickest = IntStream.range(0, table.k()).map(this::quickest).toArray();
    Optional<Layout> best = fastest(quickest);
    if (best.isEmpty() || !Arrays.equals(leanest, quickest)) {
      Optional<Layout> other = fastest(leanest);
      boolean better =
          other.isPresent()
              && (best.isEmpty() || evaluator.latency(other.get()) < evaluator.latency(best.get()));
      return better ? other : best;
    }
    return best;
  }

  private int quickest(int partition) {
    int quickest = 0;
    for (int s = 1; s < table.students(partition); s++) {
      boolean fewer =
          table.student(partition, s).flops() < table.student(partition, quickest).flops();
      quickest = fewer ? s : quickest;
    }
    return quickest;
  }

  private Optional<Layout> fastest(int[] student) {
    double high = longest(student);
    Layout best = cover(student, high);
    double low = 0;
    for (int i = 0; i < BISECTIONS && best != null && low < high; i++) {
      double middle = i % 2 == 0 ? (low + high) / 2 : Math.sqrt(Math.max(low, high * 1e-3) * high);
      Layout found = cover(student, middle);
      if (found == null) {
        low = Math.max(low, middle);
      } else {
        best = found;
        high = Math.min(middle, Math.nextDown(busiest(found)));
      }
    }
    return Optional.ofNullable(best);
  }

  private double longest(int[] student) {
    double longest = 0;
    for (int board = 0; board < table.boards(); board++) {
      double sum = 0;
      for (int p = 0; p < student.length; p++) {
        sum += table.seconds(board, p, student[p]);
      }
      longest = Math.max(longest, sum);
    }
    return longest;
  }

  private double busiest(Layout layout) {
    double busiest = 0;
    for (int board = 0; board < table.boards(); board++) {
      busiest = Math.max(busiest, layout.busySeconds(board));
    }
    return busiest;
  }

  /** A layout in which no board works longer than the bound; null where none was found. */
  private Layout cover(int[] student, double bound) {
    int[] able = new int[table.boards()];
    double[] supply = new double[table.k()];
    for (int board = 0; board < able.length; board++) {
      able[board] = able(board, student, bound);
      for (int bits = able[board]; bits != 0; bits &= bits - 1) {
        supply[Integer.numberOfTrailingZeros(bits)] += weight(board);
      }
    }
    double[] need = new double[table.k()];
    Arrays.fill(need, goal);
    Layout layout = new Layout(table);
    for (int board : fewestChoicesFirst(able)) {
      take(layout, board, able[board], student, bound, need, supply);
    }
    return layout.isComplete() && evaluator.meetsTarget(layout) ? layout : null;
  }

  private int able(int board, int[] student, double bound) {
    int able = 0;
    for (int p = 0; p < student.length; p++) {
      boolean can =
          table.seconds(board, p, student[p]) <= bound
              && table.bytes(p, student[p]) <= table.memory(board);
      able |= can ? 1 << p : 0;
    }
    return able;
  }

  private int[] fewestChoicesFirst(int[] able) {
    int[] order = new int[able.length];
    int count = 0;
    for (int choices = 1; choices <= table.k(); choices++) {
      for (int board = 0; board < able.length; board++) {
        if (Integer.bitCount(able[board]) == choices) {
          order[count++] = board;
        }
      }
    }
    return Arrays.copyOf(order, count);
  }

  /** Partition by partition, the scarcest group that still needs the board first. */
  private void take(
      Layout layout,
      int board,
      int able,
      int[] student,
      double bound,
      double[] need,
      double[] supply) {
    int open = able;
    while (open != 0) {
      int scarcest = -1;
      for (int bits = open; bits != 0; bits &= bits - 1) {
        int p = Integer.numberOfTrailingZeros(bits);
        if (scarcest < 0 || need[p] / supply[p] > need[scarcest] / supply[scarcest]) {
          scarcest = p;
        }
      }
      open &= ~(1 << scarcest);
      boolean fits =
          layout.busySeconds(board) + table.seconds(board, scarcest, student[scarcest]) <= bound
              && layout.fits(board, scarcest, student[scarcest]);
      if (fits && (need[scarcest] > 0 || layout.isIdle(board))) {
        layout.add(board, scarcest, student[scarcest]);
        need[scarcest] -= weight(board);
      }
    }
    for (int bits = able; bits != 0; bits &= bits - 1) {
      int p = Integer.numberOfTrailingZeros(bits);
      supply[p] = Math.max(1e-12, supply[p] - weight(board));
    }
  }

  private double weight(int board) {
    return Math.max(1e-12, Math.min(SURE, -Math.log(table.fails(board))));
  }
}
