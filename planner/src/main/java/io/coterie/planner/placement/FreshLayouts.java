package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.grouping.FollowTheLeader;
import io.coterie.planner.grouping.Grouping;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The best layout of one partitioning, without regard to what the boards run now.
 *
 * <p>First as many groups as partitions, one student per board: once of all boards, and once of
 * those that have the memory for each larger student, so that a small board does not keep its group
 * from a better student. Where that leaves something to wish for (too few boards, success target
 * missed), fewer groups, each with several students, then a {@link Packing}. Boards left over join
 * where they help.
 */
final class FreshLayouts {
  /** So many groupings of larger fleets, the best by their fastest students, choose students. */
  private static final int MAX_REFINED = 2;

  /** Of smaller fleets all do. */
  private static final int SMALL_FLEET = 32;

  /** ... unless there are more patterns of missing portions than those of so many partitions. */
  private static final int SMALL_K = 8;

  private final Evaluator evaluator;
  private final CostTable table;
  private final PlacementGoal goal;
  private final Stacking stacking;

  FreshLayouts(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
    this.goal = evaluator.objective().goal();
    this.stacking = new Stacking(evaluator);
  }

  /** The best layout; it hosts nothing where no board has the memory for any student. */
  Candidate best() {
    List<Candidate> found = new ArrayList<>();
    found.add(evaluator.evaluate(new Layout(table)));
    if (goal == PlacementGoal.REPLICAS) {
      found.addAll(new Replicas(evaluator).candidates());
    }
    Packing packing = new Packing(evaluator);
    if (goal == PlacementGoal.LATENCY) {
      Optional<Candidate> packed = packing.fastest();
      packed.ifPresent(found::add);
      boolean optimal = packing.isProven() && evaluator.objective().reading() == LatencyReading.ALL;
      if (packed.isPresent() && optimal) {
        return finished(found);
      }
    }
    grouped(found);
    if (goal != PlacementGoal.LATENCY && goal.best(found).rank() < Candidate.PERFECT) {
      packing.fastest().ifPresent(found::add);
    }
    return finished(found);
  }

  private Candidate finished(List<Candidate> found) {
    Recruiting recruiting = new Recruiting(evaluator);
    Candidate best = goal.best(found);
    if (!best.has(Candidate.COMPLETE + Candidate.TARGET_MET)) {
      Layout strengthened = best.layout().copy();
      recruiting.strengthen(strengthened);
      Candidate repaired = evaluator.evaluate(strengthened);
      best = goal.isWorthRepairing(best, repaired) ? repaired : best;
    }
    return recruiting.enlistIdle(best);
  }

  private void grouped(List<Candidate> found) {
    List<int[]> levels = levels();
    for (int[] boards : levels) {
      if (boards.length >= table.k()) {
        List<Candidate> matched = new ArrayList<>();
        for (Grouping grouping : sweep(boards, table.k())) {
          stacking
              .matched(groups(grouping, boards))
              .map(evaluator::evaluate)
              .ifPresent(matched::add);
        }
        refine(matched, found);
      }
    }
    if (levels.isEmpty() || goal.best(found).rank() == Candidate.PERFECT) {
      return;
    }
    int[] all = levels.get(0);
    for (int groups = Math.min(table.k(), all.length); groups >= 1; groups--) {
      List<Candidate> stacked = new ArrayList<>();
      for (Grouping grouping : sweep(all, groups)) {
        stacked.add(evaluator.evaluate(stacking.stacked(groups(grouping, all))));
      }
      refine(stacked, found);
      if (goal.best(found).rank() == Candidate.PERFECT) {
        return;
      }
    }
  }

  /** Chooses students for the candidates, of large fleets for the best only. */
  private void refine(List<Candidate> candidates, List<Candidate> found) {
    List<Candidate> left = new ArrayList<>(candidates);
    boolean small = table.boards() <= SMALL_FLEET && table.k() <= SMALL_K;
    int refined = small ? left.size() : MAX_REFINED;
    for (int i = 0; i < refined && !left.isEmpty(); i++) {
      Candidate best = goal.best(left);
      left.remove(best);
      Layout layout = best.layout().copy();
      StudentChoice.improve(evaluator, layout);
      found.add(evaluator.evaluate(layout));
    }
  }

  private List<Grouping> sweep(int[] boards, int groups) {
    List<Device> devices = IntStream.of(boards).mapToObj(table::board).toList();
    return new FollowTheLeader(devices).sweep(groups, evaluator.objective().successTarget());
  }

  private static List<int[]> groups(Grouping grouping, int[] boards) {
    return grouping.groups().stream()
        .map(group -> IntStream.of(group).map(place -> boards[place]).toArray())
        .toList();
  }

  /** The boards with the memory for ever larger students; the first are all that hold any. */
  private List<int[]> levels() {
    Set<Long> needs = new LinkedHashSet<>();
    needs.add(IntStream.range(0, table.k()).mapToLong(this::least).min().orElse(0));
    int most = IntStream.range(0, table.k()).map(table::students).max().orElse(0);
    for (int s = 0; s < most; s++) {
      long need = 0;
      for (int p = 0; p < table.k(); p++) {
        need = Math.max(need, table.bytes(p, Math.min(s, table.students(p) - 1)));
      }
      needs.add(need);
    }
    List<int[]> levels = new ArrayList<>();
    for (long bytes : needs.stream().sorted(Comparator.naturalOrder()).toList()) {
      int[] boards = boardsWith(bytes);
      boolean fewer = levels.isEmpty() || boards.length < levels.get(levels.size() - 1).length;
      if (boards.length > 0 && fewer) {
        levels.add(boards);
      }
    }
    return levels;
  }

  private long least(int partition) {
    return table.bytes(partition, table.smallest(partition));
  }

  /** Boards with the memory and, where the slowest member counts, with the time for a student. */
  private int[] boardsWith(long bytes) {
    boolean slowestCounts = evaluator.objective().reading() == LatencyReading.ALL;
    int[] able = IntStream.range(0, table.boards()).filter(b -> table.memory(b) >= bytes).toArray();
    int[] inTime = IntStream.of(able).filter(this::isInTime).toArray();
    return slowestCounts && inTime.length > 0 ? inTime : able;
  }

  private boolean isInTime(int board) {
    double deadline = evaluator.objective().deadlineSeconds();
    for (int p = 0; p < table.k(); p++) {
      for (int s = 0; s < table.students(p); s++) {
        if (table.bytes(p, s) <= table.memory(board) && table.seconds(board, p, s) <= deadline) {
          return true;
        }
      }
    }
    return false;
  }
}
