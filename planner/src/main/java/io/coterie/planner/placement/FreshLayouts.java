package io.coterie.planner.placement;

import io.coterie.planner.cost.Device;
import io.coterie.planner.grouping.FollowTheLeader;
import io.coterie.planner.grouping.Grouping;
import io.coterie.planner.matching.Matching;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The best layout of one partitioning, without regard to what the boards run now.
 *
 * <p>First as many groups as partitions, one student per board. Where that leaves something to wish
 * for (too few boards, success target missed), fewer groups, each with several students. Where that
 * does not do either, without the board that holds it up: the one with the least memory if
 * something does not fit, the slowest if the deadline is missed. Boards left over then join where
 * they help.
 */
final class FreshLayouts {
  private final Evaluator evaluator;

  FreshLayouts(Evaluator evaluator) {
    this.evaluator = evaluator;
  }

  /** The best layout; it hosts nothing where no board has the memory for any student. */
  Candidate best(List<Device> devices) {
    List<Device> boards = new ArrayList<>(devices);
    boards.removeIf(device -> !canHostAnything(device));
    Recruiting recruiting = new Recruiting(evaluator, devices);
    List<Candidate> found = new ArrayList<>();
    found.add(evaluator.evaluate(new Layout(evaluator.partitioning())));
    while (!boards.isEmpty()) {
      Candidate candidate = withEvery(boards);
      found.add(recruiting.finish(candidate));
      if (!candidate.has(Candidate.TARGET_MET)) {
        Layout strengthened = candidate.layout().copy();
        recruiting.strengthen(strengthened);
        found.add(recruiting.finish(evaluator.evaluate(strengthened)));
      }
      if (candidate.has(Candidate.COMPLETE + Candidate.IN_TIME)) {
        break;
      }
      boards.remove(hindrance(boards, candidate));
    }
    return Candidate.best(found);
  }

  private boolean canHostAnything(Device device) {
    Layout empty = new Layout(evaluator.partitioning());
    return evaluator.partitioning().partitions().stream()
        .flatMap(partition -> partition.students().stream())
        .anyMatch(student -> empty.fits(device, student));
  }

  private static Device hindrance(List<Device> boards, Candidate candidate) {
    Comparator<Device> order =
        candidate.has(Candidate.COMPLETE)
            ? Comparator.comparingDouble(Device::flopsPerSecond)
            : Comparator.comparingLong(Device::memoryBytes);
    return boards.stream().min(order.thenComparing(Device::id)).orElseThrow();
  }

  private Candidate withEvery(List<Device> boards) {
    int k = evaluator.partitioning().k();
    List<Candidate> found = new ArrayList<>();
    for (int groups = Math.min(k, boards.size()); groups >= 1; groups--) {
      for (Grouping grouping :
          FollowTheLeader.sweep(boards, groups, evaluator.objective().successTarget())) {
        Optional<Layout> matched = groups == k ? matched(grouping) : Optional.empty();
        found.add(evaluator.evaluate(matched.orElseGet(() -> stacked(grouping))));
      }
      Candidate best = Candidate.best(found);
      if (best.rank() == Candidate.PERFECT) {
        return best;
      }
    }
    return Candidate.best(found);
  }

  /** One student per group, matched by the objective's rule; empty where memory forbids it. */
  private Optional<Layout> matched(Grouping grouping) {
    return matching(evaluator, grouping.groups(), evaluator.objective().matching())
        .map(matching -> layout(grouping, matching));
  }

  static Optional<Matching> matching(
      Evaluator evaluator, List<List<Device>> groups, Objective.MatchingRule rule) {
    double[][] costs = costs(evaluator, groups);
    return rule == Objective.MatchingRule.SUM
        ? Matching.smallestSum(costs)
        : Matching.smallestMax(costs);
  }

  private static double[][] costs(Evaluator evaluator, List<List<Device>> groups) {
    Layout empty = new Layout(evaluator.partitioning());
    double[][] costs = new double[groups.size()][groups.size()];
    for (int g = 0; g < costs.length; g++) {
      for (int p = 0; p < costs.length; p++) {
        int partition = p;
        List<Device> group = groups.get(g);
        costs[g][p] =
            evaluator
                .bestStudent(empty, partition, group)
                .map(student -> evaluator.seconds(partition, student, group))
                .orElse(Double.POSITIVE_INFINITY);
      }
    }
    return costs;
  }

  private Layout layout(Grouping grouping, Matching matching) {
    Layout layout = new Layout(evaluator.partitioning());
    for (int g = 0; g < grouping.size(); g++) {
      host(layout, matching.columnOfRow().get(g), grouping.groups().get(g));
    }
    return layout;
  }

  /**
   * Several students per group: the largest partition first, each to the group that is then done
   * soonest and has the memory. What fits nowhere stays out.
   */
  private Layout stacked(Grouping grouping) {
    Layout layout = new Layout(evaluator.partitioning());
    List<Integer> largestFirst = new ArrayList<>(layout.missing());
    largestFirst.sort(Comparator.comparingInt(p -> -layout.partition(p).size()));
    for (int partition : largestFirst) {
      grouping.groups().stream()
          .filter(group -> evaluator.bestStudent(layout, partition, group).isPresent())
          .min(Comparator.comparingDouble(group -> doneSeconds(layout, partition, group)))
          .ifPresent(group -> host(layout, partition, group));
    }
    return layout;
  }

  private double doneSeconds(Layout layout, int partition, List<Device> group) {
    Layout trial = layout.copy();
    host(trial, partition, group);
    return group.stream().mapToDouble(d -> evaluator.busySeconds(trial, d)).max().orElse(0);
  }

  private void host(Layout layout, int partition, List<Device> group) {
    Student student = evaluator.bestStudent(layout, partition, group).orElseThrow();
    group.forEach(device -> layout.add(partition, student, device));
  }
}
