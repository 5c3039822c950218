package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.matching.Matching;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Puts partitions on given groups of boards: one each, or several. */
final class Stacking {
  private final Evaluator evaluator;
  private final CostTable table;

  Stacking(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
  }

  /**
   * One student per group, its fastest, matched by the objective's rule; empty where memory forbids
   * it.
   *
   * @param groups as many as partitions
   */
  Optional<Layout> matched(List<int[]> groups) {
    return matching(groups, evaluator.objective().matching())
        .map(matching -> layout(groups, matching));
  }

  Optional<Matching> matching(List<int[]> groups, Objective.MatchingRule rule) {
    double[][] costs = new double[groups.size()][table.k()];
    for (int g = 0; g < costs.length; g++) {
      for (int p = 0; p < table.k(); p++) {
        costs[g][p] = Double.POSITIVE_INFINITY;
        for (int s = 0; s < table.students(p); s++) {
          costs[g][p] = Math.min(costs[g][p], evaluator.secondsAlone(p, s, groups.get(g)));
        }
      }
    }
    return rule == Objective.MatchingRule.SUM
        ? Matching.smallestSum(costs)
        : Matching.smallestMax(costs);
  }

  private Layout layout(List<int[]> groups, Matching matching) {
    Layout layout = new Layout(table);
    for (int g = 0; g < groups.size(); g++) {
      int partition = matching.columnOfRow().get(g);
      host(layout, partition, fastest(layout, partition, groups.get(g)), groups.get(g));
    }
    return layout;
  }

  /**
   * Several students per group: the largest partition first, each to the group that is then done
   * soonest and has the memory. What fits nowhere stays out.
   */
  Layout stacked(List<int[]> groups) {
    Layout layout = new Layout(table);
    IntStream.range(0, table.k())
        .boxed()
        .sorted(Comparator.comparingInt(p -> -table.partitioning().partitions().get(p).size()))
        .forEach(partition -> placeSoonest(layout, partition, groups));
    return layout;
  }

  private void placeSoonest(Layout layout, int partition, List<int[]> groups) {
    int[] chosen = {};
    int chosenStudent = -1;
    double soonest = Double.POSITIVE_INFINITY;
    for (int[] group : groups) {
      int student = fastest(layout, partition, group);
      double done = student < 0 ? soonest : doneSeconds(layout, partition, student, group);
      if (done < soonest) {
        chosen = group;
        chosenStudent = student;
        soonest = done;
      }
    }
    host(layout, partition, chosenStudent, chosen);
  }

  private static void host(Layout layout, int partition, int student, int[] group) {
    for (int board : group) {
      layout.add(board, partition, student);
    }
  }

  private double doneSeconds(Layout layout, int partition, int student, int[] group) {
    double done = 0;
    for (int board : group) {
      done = Math.max(done, layout.busySeconds(board) + table.seconds(board, partition, student));
    }
    return done;
  }

  /**
   * The student with which the group is done soonest, of those that fit every member besides its
   * load; -1 where none does.
   */
  int fastest(Layout layout, int partition, int... group) {
    int fastest = -1;
    double soonest = Double.POSITIVE_INFINITY;
    for (int s = 0; s < table.students(partition); s++) {
      boolean fits = fits(layout, partition, s, group);
      double done = fits ? doneSeconds(layout, partition, s, group) : soonest;
      if (done < soonest) {
        fastest = s;
        soonest = done;
      }
    }
    return fastest;
  }

  private static boolean fits(Layout layout, int partition, int student, int... group) {
    for (int board : group) {
      if (!layout.fits(board, partition, student)) {
        return false;
      }
    }
    return true;
  }
}
