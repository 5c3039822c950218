package io.coterie.planner.exact;

import io.coterie.planner.cost.CostTable;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Time and memory of every set of partitions on every board, for one student per partition. */
final class BoardSets {
  private final CostTable table;
  private final double[][] seconds;
  private final boolean[][] fits;

  /**
   * @param student per partition
   */
  BoardSets(CostTable table, int[] student) {
    this.table = table;
    int sets = 1 << table.k();
    seconds = new double[table.boards()][sets];
    fits = new boolean[table.boards()][sets];
    for (int bits = 1; bits < sets; bits++) {
      long bytes = 0;
      for (int p = 0; p < table.k(); p++) {
        bytes += (bits >> p & 1) == 1 ? table.bytes(p, student[p]) : 0;
      }
      for (int board = 0; board < table.boards(); board++) {
        fits[board][bits] = bytes <= table.memory(board);
        seconds[board][bits] = seconds(board, bits, student);
      }
    }
  }

  private double seconds(int board, int bits, int[] student) {
    double sum = 0;
    for (int p = 0; p < table.k(); p++) {
      if ((bits >> p & 1) == 1) {
        sum += table.seconds(board, p, student[p]);
      }
    }
    return sum;
  }

  /** Every time below {@code bound} that some board can take, rising, each once. */
  double[] timesBelow(double bound) {
    return IntStream.range(0, seconds.length)
        .boxed()
        .flatMap(b -> IntStream.range(1, fits[b].length).mapToObj(bits -> new int[] {b, bits}))
        .filter(set -> fits[set[0]][set[1]])
        .mapToDouble(set -> seconds[set[0]][set[1]])
        .filter(time -> time < bound)
        .sorted()
        .distinct()
        .toArray();
  }

  /** The sets that fit the board within the bound and are not part of another such set. */
  int[] maximal(int board, double bound) {
    int[] found = new int[fits[board].length];
    int count = 0;
    for (int bits = 1; bits < found.length; bits++) {
      if (isFeasible(board, bits, bound) && isMaximal(board, bits, bound)) {
        found[count++] = bits;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /**
   * The sets with which a board keeps to what it hosts or joins some of the groups {@code open}:
   * what it hosts, and the largest sets of that and {@code open} that have something new of {@code
   * open}.
   */
  int[] joining(int board, double bound, int before, int open) {
    int most = before | open;
    int[] found = new int[fits[board].length];
    int count = 0;
    for (int bits = most; bits != 0; bits = bits - 1 & most) {
      boolean joins = (bits & open & ~before) != 0 && isFeasible(board, bits, bound);
      boolean covered = false;
      for (int i = 0; i < count; i++) {
        covered |= (bits & ~found[i]) == 0;
      }
      if ((joins || bits == before) && !covered) {
        found[count++] = bits;
      }
    }
    return Arrays.copyOf(found, count);
  }

  private boolean isMaximal(int board, int bits, double bound) {
    for (int p = 0; p < table.k(); p++) {
      int more = bits | 1 << p;
      if (more != bits && isFeasible(board, more, bound)) {
        return false;
      }
    }
    return true;
  }

  private boolean isFeasible(int board, int bits, double bound) {
    return fits[board][bits] && seconds[board][bits] <= bound;
  }

  double seconds(int board, int bits) {
    return seconds[board][bits];
  }
}
