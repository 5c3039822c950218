package io.coterie.planner.placement;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.LatencyReading.Member;
import io.coterie.planner.cost.Reliability;
import io.coterie.planner.grouping.Grouping;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.PatternAccuracy;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Predicts latency, success and expected accuracy of layouts of one partitioning. */
final class Evaluator {
  private final Partitioning partitioning;
  private final Objective objective;
  private final CostModel costs;
  private final double[] accuracy;

  Evaluator(Partitioning partitioning, Objective objective, CostModel costs) {
    this.partitioning = partitioning;
    this.objective = objective;
    this.costs = costs;
    this.accuracy = new double[1 << partitioning.k()];
    for (PatternAccuracy entry : partitioning.accuracy()) {
      String lowestBitFirst = new StringBuilder(entry.present()).reverse().toString();
      accuracy[Integer.parseInt(lowestBitFirst, 2)] = entry.validation();
    }
  }

  Objective objective() {
    return objective;
  }

  Partitioning partitioning() {
    return partitioning;
  }

  Candidate evaluate(Layout layout) {
    List<Double> latencies = layout.slots().stream().map(slot -> seconds(layout, slot)).toList();
    double slowest = latencies.stream().mapToDouble(s -> s).max().orElse(0);
    double[] present = Reliability.presentDistribution(partitioning.k(), hostedBits(layout));
    double expected = 0;
    for (int bits = 0; bits < present.length; bits++) {
      expected += present[bits] * accuracy[bits];
    }
    int rank =
        (layout.missing().isEmpty() ? Candidate.COMPLETE : 0)
            + (slowest <= objective.deadlineSeconds() ? Candidate.IN_TIME : 0)
            + (meetsTarget(layout) ? Candidate.TARGET_MET : 0);
    return new Candidate(layout, latencies, slowest, present[present.length - 1], expected, rank);
  }

  boolean meetsTarget(List<Device> group) {
    return Grouping.meets(group, objective.successTarget());
  }

  private boolean meetsTarget(Layout layout) {
    return layout.slots().stream().allMatch(slot -> meetsTarget(slot.members()));
  }

  /** The group's latency, if its members run only this student. */
  double seconds(int partition, Student student, List<Device> members) {
    return objective
        .reading()
        .seconds(members.stream().map(d -> member(d, portion(d, partition, student))).toList());
  }

  private double seconds(Layout layout, Layout.Slot slot) {
    return objective
        .reading()
        .seconds(slot.members().stream().map(d -> member(d, busySeconds(layout, d))).toList());
  }

  /**
   * A board runs its students one after the other; each portion counts as out with the last one.
   */
  double busySeconds(Layout layout, Device device) {
    return layout.hostedBy(device).stream()
        .mapToDouble(slot -> portion(device, slot.partition(), slot.student()))
        .sum();
  }

  /**
   * The student with the smallest group latency of those that fit every member besides its load.
   */
  Optional<Student> bestStudent(Layout layout, int partition, List<Device> members) {
    return layout.partition(partition).students().stream()
        .filter(student -> members.stream().allMatch(d -> layout.fits(d, student)))
        .min(Comparator.comparingDouble(student -> seconds(partition, student, members)));
  }

  private double portion(Device device, int partition, Student student) {
    return costs.portionSeconds(device, partitioning.partitions().get(partition), student);
  }

  private static Member member(Device device, double seconds) {
    return new Member(seconds, device.failureProbability());
  }

  private static Map<Device, Integer> hostedBits(Layout layout) {
    Map<Device, Integer> bits = new LinkedHashMap<>();
    for (Layout.Slot slot : layout.slots()) {
      for (Device device : slot.members()) {
        bits.merge(device, 1 << slot.partition(), (a, b) -> a | b);
      }
    }
    return bits;
  }

  /** Members of the slot, the fastest first. */
  List<Device> fastestFirst(Layout layout, Layout.Slot slot) {
    List<Device> members = new ArrayList<>(slot.members());
    members.sort(
        Comparator.<Device>comparingDouble(d -> busySeconds(layout, d)).thenComparing(Device::id));
    return members;
  }
}
