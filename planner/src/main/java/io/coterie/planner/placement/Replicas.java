package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Layouts with a limited number of students in all (rules ours). The partitions are cut into
 * blocks, from one block of all to a block for each; boards come by rising failure probability, and
 * each hosts the block that is then least likely to answer, as long as the budget lasts. A block on
 * one board fails as one: few large blocks fail less often, where memory and deadline allow them.
 */
final class Replicas {
  private final Evaluator evaluator;
  private final CostTable table;
  private final int[] student;

  Replicas(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
    student = IntStream.range(0, table.k()).map(table::smallest).toArray();
  }

  /** One candidate per number of blocks. */
  List<Candidate> candidates() {
    int[] surestFirst =
        IntStream.range(0, table.boards())
            .boxed()
            .sorted(Comparator.comparingDouble(table::fails))
            .mapToInt(board -> board)
            .toArray();
    List<Candidate> candidates = new ArrayList<>();
    for (int blocks = 1; blocks <= table.k(); blocks++) {
      Layout layout = blocks(surestFirst, blocks);
      StudentChoice.improve(evaluator, layout);
      candidates.add(evaluator.evaluate(layout));
    }
    return candidates;
  }

  private Layout blocks(int[] boards, int blocks) {
    int[] bits = new int[blocks];
    for (int p = 0; p < table.k(); p++) {
      bits[p * blocks / table.k()] |= 1 << p;
    }
    double[] allFail = new double[blocks];
    java.util.Arrays.fill(allFail, 1);
    Layout layout = new Layout(table);
    int left = evaluator.objective().replicaBudget();
    for (int board : boards) {
      int block = weakestFor(layout, board, bits, allFail, left);
      if (block >= 0) {
        left -= Integer.bitCount(bits[block]);
        host(layout, board, bits[block]);
        allFail[block] *= table.fails(board);
      }
    }
    return layout;
  }

  private int weakestFor(Layout layout, int board, int[] bits, double[] allFail, int left) {
    int weakest = -1;
    for (int block = 0; block < bits.length; block++) {
      boolean weaker = weakest < 0 || allFail[block] > allFail[weakest];
      if (weaker && Integer.bitCount(bits[block]) <= left && canHost(layout, board, bits[block])) {
        weakest = block;
      }
    }
    return weakest;
  }

  private boolean canHost(Layout layout, int board, int bits) {
    double seconds = 0;
    long bytes = 0;
    for (int rest = bits; rest != 0; rest &= rest - 1) {
      int p = Integer.numberOfTrailingZeros(rest);
      seconds += table.seconds(board, p, student[p]);
      bytes += table.bytes(p, student[p]);
    }
    return layout.isIdle(board)
        && bytes <= table.memory(board)
        && seconds <= evaluator.objective().deadlineSeconds();
  }

  private void host(Layout layout, int board, int bits) {
    for (int rest = bits; rest != 0; rest &= rest - 1) {
      int p = Integer.numberOfTrailingZeros(rest);
      layout.add(board, p, student[p]);
    }
  }
}
