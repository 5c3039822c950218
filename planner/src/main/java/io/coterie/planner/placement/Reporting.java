package io.coterie.planner.placement;

import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import io.coterie.planner.matching.Matching;
import io.coterie.planner.placement.Plan.Alternative;
import io.coterie.planner.placement.Plan.MatchingValues;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Turns the chosen candidate into a plan, and says in sentences what it lacks and what lost. */
final class Reporting {
  private final Evaluator evaluator;
  private final List<Device> devices;

  /**
   * @param evaluator of the chosen candidate's partitioning
   */
  Reporting(Evaluator evaluator, List<Device> devices) {
    this.evaluator = evaluator;
    this.devices = devices;
  }

  /**
   * @param fresh the best new candidate of every K
   */
  Plan plan(Candidate chosen, List<Candidate> fresh) {
    List<Alternative> alternatives = new ArrayList<>();
    for (Candidate other : fresh) {
      if (!samePlacement(other, chosen)) {
        alternatives.add(alternative(other, chosen));
      }
    }
    List<String> reasons = reasons(chosen);
    if (chosen.layout().slots().isEmpty()) {
      return Plan.none(alternatives, reasons);
    }
    return new Plan(
        verdict(chosen),
        chosen.layout().partitioning().k(),
        partitions(chosen),
        chosen.latencySeconds(),
        chosen.success(),
        chosen.accuracy(),
        matchingValues(chosen.layout()),
        alternatives,
        reasons);
  }

  private static boolean samePlacement(Candidate a, Candidate b) {
    return a.layout().partitioning().equals(b.layout().partitioning())
        && List.copyOf(a.layout().slots()).equals(List.copyOf(b.layout().slots()));
  }

  private static Verdict verdict(Candidate chosen) {
    if (chosen.rank() == Candidate.PERFECT) {
      return Verdict.COMPLETE;
    }
    return chosen.has(Candidate.COMPLETE) ? Verdict.BELOW_TARGET : Verdict.DEGRADED;
  }

  private List<PlannedPartition> partitions(Candidate chosen) {
    List<PlannedPartition> partitions = new ArrayList<>();
    Iterator<Double> latencies = chosen.latencies().iterator();
    for (Layout.Slot slot : chosen.layout().slots()) {
      partitions.add(
          new PlannedPartition(
              slot.partition(),
              slot.student().name(),
              slot.student().model().sha256(),
              evaluator.fastestFirst(chosen.layout(), slot).stream().map(Device::id).toList(),
              latencies.next(),
              Reliability.groupSuccess(slot.members())));
    }
    return partitions;
  }

  /** Both rules' values for the chosen groups, where every board hosts one student at most. */
  private MatchingValues matchingValues(Layout layout) {
    List<List<Device>> groups = layout.slots().stream().map(Layout.Slot::members).toList();
    Set<Device> different = new HashSet<>();
    groups.forEach(different::addAll);
    int memberships = groups.stream().mapToInt(List::size).sum();
    if (!layout.missing().isEmpty() || different.size() != memberships) {
      return MatchingValues.NONE;
    }
    Optional<Matching> max =
        FreshLayouts.matching(evaluator, groups, Objective.MatchingRule.BOTTLENECK);
    Optional<Matching> sum = FreshLayouts.matching(evaluator, groups, Objective.MatchingRule.SUM);
    return max.isEmpty() || sum.isEmpty()
        ? MatchingValues.NONE
        : new MatchingValues(max.get().max(), max.get().sum(), sum.get().max(), sum.get().sum());
  }

  private Alternative alternative(Candidate other, Candidate chosen) {
    return new Alternative(
        other.layout().partitioning().k(),
        other.latencySeconds(),
        other.success(),
        other.accuracy(),
        whyNot(other, chosen));
  }

  private String whyNot(Candidate other, Candidate chosen) {
    if (other.rank() < chosen.rank()) {
      return reasons(other).stream().findFirst().orElse("meets less of the objective");
    }
    if (other.accuracy() < chosen.accuracy() - Candidate.LIKE_ACCURACY) {
      return text(
          "expected accuracy %.2f %% instead of %.2f %%",
          100 * other.accuracy(), 100 * chosen.accuracy());
    }
    if (other.latencySeconds() > chosen.latencySeconds()) {
      return text(
          "latency %.1f ms instead of %.1f ms at like accuracy",
          1e3 * other.latencySeconds(), 1e3 * chosen.latencySeconds());
    }
    return "not enough better than the plan in force to move boards";
  }

  private List<String> reasons(Candidate candidate) {
    List<String> reasons = new ArrayList<>();
    Layout layout = candidate.layout();
    layout.missing().forEach(partition -> reasons.add(missing(layout, partition)));
    for (Layout.Slot slot : layout.slots()) {
      if (!evaluator.meetsTarget(slot.members())) {
        reasons.add(
            text(
                "partition %d of K=%d succeeds with %.4f, below the target %.4f: add a board or"
                    + " lower the target",
                slot.partition(),
                layout.partitioning().k(),
                Reliability.groupSuccess(slot.members()),
                evaluator.objective().successTarget()));
      }
    }
    if (!candidate.has(Candidate.IN_TIME)) {
      reasons.add(
          text(
              "predicted latency %.1f ms exceeds the deadline of %.1f ms",
              1e3 * candidate.latencySeconds(), 1e3 * evaluator.objective().deadlineSeconds()));
    }
    devices.stream()
        .filter(device -> layout.hostedBy(device).isEmpty())
        .forEach(device -> reasons.add(idle(layout, device)));
    return reasons;
  }

  private String missing(Layout layout, int partition) {
    Student smallest =
        layout.partition(partition).students().stream()
            .reduce((a, b) -> a.memoryBytes() <= b.memoryBytes() ? a : b)
            .orElseThrow();
    long largest = devices.stream().mapToLong(Device::memoryBytes).max().orElse(0);
    return text(
        "partition %d of K=%d is hosted by no board: its smallest student %s needs %d KB beside what"
            + " boards host already, the largest board has %d KB",
        partition,
        layout.partitioning().k(),
        smallest.name(),
        (smallest.memoryBytes() + 1023) / 1024,
        largest / 1024);
  }

  private String idle(Layout layout, Device device) {
    boolean fits = layout.slots().stream().anyMatch(slot -> layout.fits(device, slot.student()));
    return fits
        ? text("board %s is idle: with it the plan would miss its deadline", device.id())
        : text(
            "board %s is idle: its %d KB hold no student",
            device.id(), device.memoryBytes() / 1024);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
