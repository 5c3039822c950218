package io.coterie.planner.exact;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Device;
import io.coterie.planner.exact.ExactSearch.Placement;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lowest latency that any placement of a bundle on a fleet has, with proof, over every K of the
 * bundle. Takes exponential time: meant for up to {@value #MAX_BOARDS} boards and K up to {@value
 * #MAX_K}.
 */
public final class ExactSolver {
  /** More boards are refused. */
  public static final int MAX_BOARDS = 8;

  /** Partitionings with more partitions are refused. */
  public static final int MAX_K = 4;

  private ExactSolver() {}

  /**
   * The optimum.
   *
   * @param latencySeconds time of the busiest board, which is the latency reading ALL
   * @param students per partition the student's name
   * @param members per partition the ids of the boards that host it, in the fleet's order
   */
  public record Optimum(
      int k, double latencySeconds, List<String> students, List<List<String>> members) {
    public Optimum {
      students = List.copyOf(students);
      members = members.stream().map(List::copyOf).toList();
    }
  }

  /**
   * Solves; the smaller K of equally fast ones.
   *
   * @param target p_th in [0, 1], of each group
   * @return empty where no placement hosts every partition with the target
   * @throws IllegalArgumentException if the fleet or a K is too large
   */
  public static Optional<Optimum> solve(
      List<Device> fleet, Manifest manifest, CostModel costs, double target) {
    if (fleet.size() > MAX_BOARDS) {
      throw new IllegalArgumentException(
          "must be <= " + MAX_BOARDS + " boards to solve exactly: " + fleet.size());
    }
    Optional<Optimum> best = Optional.empty();
    for (Partitioning partitioning : manifest.partitionings()) {
      if (partitioning.k() > MAX_K) {
        throw new IllegalArgumentException(
            "must be <= " + MAX_K + " partitions to solve exactly: K=" + partitioning.k());
      }
      CostTable table = new CostTable(partitioning, fleet, costs);
      Optional<Placement> found = new ExactSearch(table).fastest(target, Long.MAX_VALUE).best();
      double latency = best.map(Optimum::latencySeconds).orElse(Double.POSITIVE_INFINITY);
      if (found.isPresent() && found.get().latencySeconds() < latency) {
        best = Optional.of(optimum(table, found.get()));
      }
    }
    return best;
  }

  private static Optimum optimum(CostTable table, Placement placement) {
    List<String> students = new ArrayList<>();
    List<List<String>> members = new ArrayList<>();
    for (int p = 0; p < table.k(); p++) {
      students.add(table.student(p, placement.student()[p]).name());
      List<String> group = new ArrayList<>();
      for (int board = 0; board < table.boards(); board++) {
        if ((placement.hosted()[board] >> p & 1) == 1) {
          group.add(table.board(board).id());
        }
      }
      members.add(group);
    }
    return new Optimum(table.k(), placement.latencySeconds(), students, members);
  }
}
