package io.coterie.planner.baseline;

import io.coterie.planner.baseline.Method.Case;
import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import io.coterie.planner.exact.ExactSolver.Optimum;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Places one partitioning in the ways of the baselines. Here every board may run a student of its
 * own for a partition; a partition's accuracy is then that of the student of its first board.
 */
final class Placing {
  private final Case of;
  private final CostTable table;

  Placing(Case of, Partitioning partitioning) {
    this.of = of;
    this.table = Method.table(of, partitioning);
  }

  static BaselinePrediction of(Case of, Optimum optimum) {
    Placing placing =
        new Placing(of, of.manifest().partitioning(Strategy.ROCOIN, optimum.k()).orElseThrow());
    int[] hosted = new int[of.fleet().size()];
    int[] student = new int[optimum.k()];
    for (int p = 0; p < student.length; p++) {
      for (int s = 0; s < placing.table.students(p); s++) {
        boolean is = placing.table.student(p, s).name().equals(optimum.students().get(p));
        student[p] = is ? s : student[p];
      }
      for (int board = 0; board < hosted.length; board++) {
        boolean member = optimum.members().get(p).contains(of.fleet().get(board).id());
        hosted[board] |= member ? 1 << p : 0;
      }
    }
    return placing.outcome(hosted, student, optimum.latencySeconds());
  }

  /** For each partition a board of its own: the fastest for the largest. */
  int[] fastestBoards() {
    int[] boards =
        IntStream.range(0, table.boards())
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer b) -> device(b).flopsPerSecond()).reversed())
            .mapToInt(board -> board)
            .toArray();
    List<Integer> largestFirst = new ArrayList<>(IntStream.range(0, table.k()).boxed().toList());
    largestFirst.sort(
        Comparator.comparingInt(p -> -table.partitioning().partitions().get(p).size()));
    int[] boardOfPartition = new int[table.k()];
    for (int i = 0; i < boardOfPartition.length; i++) {
      boardOfPartition[largestFirst.get(i)] = boards[i];
    }
    return boardOfPartition;
  }

  private Device device(int board) {
    return table.board(board);
  }

  /** The student of the same place in every partition, the fastest together that fits all. */
  Optional<int[]> equalStudents(int[] boards) {
    int places = IntStream.range(0, table.k()).map(table::students).min().orElse(0);
    int[] best = null;
    for (int s = 0; s < places; s++) {
      int[] equal = new int[table.k()];
      Arrays.fill(equal, s);
      boolean fits = IntStream.range(0, equal.length).allMatch(p -> fits(boards[p], p, equal[p]));
      if (fits && (best == null || slowest(boards, equal) < slowest(boards, best))) {
        best = equal;
      }
    }
    return Optional.ofNullable(best);
  }

  /** Per partition the largest student that fits its board and does not slow the whole. */
  Optional<int[]> sizedStudents(int[] boards) {
    int[] fastest = new int[table.k()];
    for (int p = 0; p < fastest.length; p++) {
      fastest[p] = fastest(p, boards[p]);
      if (fastest[p] < 0) {
        return Optional.empty();
      }
    }
    double bound = slowest(boards, fastest);
    int[] sized = fastest.clone();
    for (int p = 0; p < sized.length; p++) {
      for (int s = 0; s < table.students(p); s++) {
        boolean larger = table.student(p, s).flops() > table.student(p, sized[p]).flops();
        if (larger && fits(boards[p], p, s) && table.seconds(boards[p], p, s) <= bound) {
          sized[p] = s;
        }
      }
    }
    return Optional.of(sized);
  }

  private boolean fits(int board, int partition, int student) {
    return table.bytes(partition, student) <= table.memory(board);
  }

  private double slowest(int[] boards, int[] student) {
    double slowest = 0;
    for (int p = 0; p < student.length; p++) {
      slowest = Math.max(slowest, table.seconds(boards[p], p, student[p]));
    }
    return slowest;
  }

  /** The fastest student that fits every board; -1 where none does. */
  private int fastest(int partition, int... boards) {
    int fastest = -1;
    double best = Double.POSITIVE_INFINITY;
    for (int s = 0; s < table.students(partition); s++) {
      double slowest = 0;
      for (int board : boards) {
        double seconds = table.seconds(board, partition, s);
        slowest = Math.max(slowest, fits(board, partition, s) ? seconds : best);
      }
      if (slowest < best) {
        fastest = s;
        best = slowest;
      }
    }
    return fastest;
  }

  BaselinePrediction onePerPartition(int[] boards, int[] student) {
    int[] hosted = new int[table.boards()];
    for (int p = 0; p < boards.length; p++) {
      hosted[boards[p]] |= 1 << p;
    }
    return outcome(hosted, student, slowest(boards, student));
  }

  BaselinePrediction randomGroups() {
    List<Integer> boards = new ArrayList<>();
    for (int board = 0; board < table.boards(); board++) {
      int able = board;
      if (IntStream.range(0, table.k()).allMatch(p -> fits(able, p, table.smallest(p)))) {
        boards.add(board);
      }
    }
    Collections.shuffle(boards, new Random(of.seed()));
    int[] hosted = new int[table.boards()];
    int[] student = new int[table.k()];
    double latency = 0;
    for (int p = 0; p < student.length; p++) {
      int first = p;
      int[] group =
          IntStream.range(0, boards.size())
              .filter(i -> i % table.k() == first)
              .map(boards::get)
              .toArray();
      student[p] = fastest(p, group);
      if (group.length == 0 || student[p] < 0) {
        return BaselinePrediction.NONE;
      }
      for (int board : group) {
        hosted[board] = 1 << p;
        latency = Math.max(latency, table.seconds(board, p, student[p]));
      }
    }
    return outcome(hosted, student, latency);
  }

  /** All partitions on every board that has the memory. */
  BaselinePrediction everywhere() {
    int[] student = IntStream.range(0, table.k()).map(table::smallest).toArray();
    long bytes = IntStream.range(0, table.k()).mapToLong(p -> table.bytes(p, student[p])).sum();
    int[] hosted = new int[table.boards()];
    double first = Double.POSITIVE_INFINITY;
    for (int board = 0; board < hosted.length; board++) {
      if (bytes <= table.memory(board)) {
        hosted[board] = (1 << table.k()) - 1;
        int one = board;
        first =
            Math.min(
                first,
                IntStream.range(0, table.k())
                    .mapToDouble(p -> table.seconds(one, p, student[p]))
                    .sum());
      }
    }
    return Double.isInfinite(first) ? BaselinePrediction.NONE : outcome(hosted, student, first);
  }

  private BaselinePrediction outcome(int[] hosted, int[] student, double latencySeconds) {
    double[] fails = IntStream.range(0, table.boards()).mapToDouble(table::fails).toArray();
    double[] present = Reliability.presentDistribution(table.k(), hosted, fails);
    List<String> names =
        IntStream.range(0, table.k()).mapToObj(p -> table.student(p, student[p]).name()).toList();
    double accuracy = 0;
    for (int bits = 1; bits < present.length; bits++) {
      accuracy += present[bits] * table.partitioning().validationAccuracy(names, bits);
    }
    boolean feasible = true;
    for (int p = 0; p < table.k(); p++) {
      double allFail = 1;
      for (int board = 0; board < hosted.length; board++) {
        allFail *= (hosted[board] >> p & 1) == 1 ? fails[board] : 1;
      }
      feasible &= Reliability.meets(allFail, of.target());
    }
    return new BaselinePrediction(feasible, latencySeconds, present[present.length - 1], accuracy);
  }
}
