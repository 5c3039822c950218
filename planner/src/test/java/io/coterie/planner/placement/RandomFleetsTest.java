package io.coterie.planner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.baseline.RandomFleets;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.planner.exact.ExactSolver;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Promises that hold on every fleet, tried on many drawn from a seed. */
class RandomFleetsTest {
  private static final Manifest ZOO = Zoo.manifest();
  private static final int FLEETS = 1000;

  @Test
  void isAsFastAsTheOptimumAndFeasibleWheneverAnythingIs() {
    Random random = new Random(1901);
    List<Double> ratios = new ArrayList<>();
    for (int seed = 0; seed < FLEETS; seed++) {
      List<Device> fleet = new RandomFleets(ZOO, seed).upTo(8);
      double target = 0.7 + 0.29 * random.nextDouble();
      Plan plan =
          plan(fleet, Objective.of(target).withGoal(PlacementGoal.LATENCY), InForce.NOTHING);
      var optimum = ExactSolver.solve(fleet, ZOO, CostModel.unmeasured(), target);
      String message = "seed " + seed + " target " + target + "\n" + plan;
      assertValid(plan, fleet, target, message);
      assertEquals(optimum.isPresent(), plan.verdict() == Verdict.COMPLETE, message);
      if (optimum.isPresent()) {
        ratios.add(plan.latencySeconds() / optimum.get().latencySeconds());
      } else {
        assertFalse(plan.reasons().isEmpty(), message);
      }
    }
    Collections.sort(ratios);
    assertTrue(ratios.get(0) >= 1 - 1e-9, "the optimum is one: " + ratios.get(0));
    assertTrue(ratios.get(ratios.size() / 2) <= 1.05, "median " + ratios.get(ratios.size() / 2));
  }

  @Test
  void everyGoalAndReadingIsFeasibleWheneverAnythingIs() {
    Random random = new Random(1902);
    for (int seed = 0; seed < 300; seed++) {
      List<Device> fleet = new RandomFleets(ZOO, seed).upTo(8);
      double target = 0.7 + 0.29 * random.nextDouble();
      PlacementGoal goal = any(random, List.of(PlacementGoal.values()));
      LatencyReading reading = any(random, List.of(LatencyReading.values()));
      Objective objective = Objective.of(target).withGoal(goal).withReading(reading);
      Plan plan = plan(fleet, objective, InForce.NOTHING);
      var optimum = ExactSolver.solve(fleet, ZOO, CostModel.unmeasured(), target);
      String message = "seed " + seed + " " + objective + "\n" + plan;
      assertValid(plan, fleet, target, message);
      assertEquals(optimum.isPresent(), plan.verdict() == Verdict.COMPLETE, message);
      assertTrue(plan.placesLike(plan(fleet, objective, plan.inForce())), message);
    }
  }

  private static <T> T any(Random random, List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  @Test
  void largeFleetsMeetTheTargetToo() {
    for (int seed = 0; seed < 10; seed++) {
      List<Device> fleet = new RandomFleets(ZOO, seed).of(60 + 40 * seed);
      for (PlacementGoal goal : PlacementGoal.values()) {
        Plan plan = plan(fleet, Objective.of(0.99).withGoal(goal), InForce.NOTHING);
        assertEquals(Verdict.COMPLETE, plan.verdict(), "seed " + seed + " " + goal);
        assertValid(plan, fleet, 0.99, "seed " + seed + " " + goal);
      }
    }
  }

  /** Boards that had nothing to do may join any group: nobody waits for them. */
  @Test
  void aLossMovesOnlyIdleBoardsAndThoseThatJoinTheWeakGroup() {
    Random random = new Random(1903);
    int[] outcomes = new int[3];
    for (int seed = 0; seed < 700; seed++) {
      List<Device> fleet = new RandomFleets(ZOO, seed).of(2 + random.nextInt(7));
      double target = 0.7 + 0.25 * random.nextDouble();
      Objective objective =
          Objective.of(target)
              .withGoal(any(random, List.of(PlacementGoal.ACCURACY, PlacementGoal.LATENCY)));
      Plan first = plan(fleet, objective, InForce.NOTHING);
      String message = "seed " + seed + " " + objective + "\n" + first;
      assertTrue(first.placesLike(plan(fleet, objective, first.inForce())), message);
      Device lost = fleet.get(random.nextInt(fleet.size()));
      List<Device> rest = fleet.stream().filter(device -> !device.equals(lost)).toList();
      if (first.verdict() == Verdict.COMPLETE) {
        Plan second = plan(rest, objective, first.inForce());
        message += "\nlost " + lost.id() + "\n" + second;
        outcomes[outcome(first, second, lost, rest, target, message)]++;
        assertTrue(second.placesLike(plan(rest, objective, second.inForce())), message);
      }
    }
    assertTrue(outcomes[0] >= 300, "fleets whose groups stay strong: " + outcomes[0]);
    assertTrue(outcomes[1] >= 100, "fleets repaired by joining: " + outcomes[1]);
  }

  /** 0: no group fell below the target; 1: repaired by boards that join; 2: that was impossible. */
  private static int outcome(
      Plan first, Plan second, Device lost, List<Device> rest, double target, String message) {
    Set<Integer> weak = weakened(first, lost, rest, target);
    Set<String> others = moved(first, second, lost.id());
    if (weak.isEmpty()) {
      assertEquals(Set.of(), others, message);
      return 0;
    }
    others.removeAll(joined(first, second, weak));
    if (first.k() == second.k() && others.isEmpty()) {
      return 1;
    }
    assertFalse(new Joins(ZOO, first, rest, weak, target).areEnough(), message);
    return 2;
  }

  /** Partitions whose group misses the target without the lost board. */
  private static Set<Integer> weakened(Plan plan, Device lost, List<Device> rest, double target) {
    Set<Integer> weak = new HashSet<>();
    for (PlannedPartition partition : plan.partitions()) {
      if (partition.members().contains(lost.id()) && success(partition, rest) < target - 1e-12) {
        weak.add(partition.partition());
      }
    }
    return weak;
  }

  private static double success(PlannedPartition partition, List<Device> fleet) {
    double allFail = 1;
    for (Device device : fleet) {
      allFail *= partition.members().contains(device.id()) ? device.failureProbability() : 1;
    }
    return 1 - allFail;
  }

  /** Boards with work that have other work after it. */
  private static Set<String> moved(Plan first, Plan second, String lost) {
    Map<String, Set<String>> before = hosted(first);
    Map<String, Set<String>> after = hosted(second);
    Set<String> moved = new HashSet<>(before.keySet());
    moved.remove(lost);
    moved.removeIf(
        id -> before.getOrDefault(id, Set.of()).equals(after.getOrDefault(id, Set.of())));
    return moved;
  }

  private static Set<String> joined(Plan first, Plan second, Set<Integer> weak) {
    Set<String> joined = new HashSet<>();
    for (int partition : weak) {
      Set<String> here = members(second, partition);
      here.removeAll(members(first, partition));
      joined.addAll(here);
    }
    return joined;
  }

  private static Set<String> members(Plan plan, int partition) {
    return plan.partitions().stream()
        .filter(planned -> planned.partition() == partition)
        .flatMap(planned -> planned.members().stream())
        .collect(Collectors.toSet());
  }

  private static Map<String, Set<String>> hosted(Plan plan) {
    Map<String, Set<String>> hosted = new HashMap<>();
    for (PlannedPartition partition : plan.partitions()) {
      for (String id : partition.members()) {
        hosted.computeIfAbsent(id, i -> new HashSet<>()).add(partition.modelSha256());
      }
    }
    return hosted;
  }

  static void assertValid(Plan plan, List<Device> fleet, double target, String message) {
    Map<String, Long> free = new HashMap<>();
    fleet.forEach(device -> free.put(device.id(), device.memoryBytes()));
    for (PlannedPartition planned : plan.partitions()) {
      Student student =
          ZOO
              .partitioning(Strategy.ROCOIN, plan.k())
              .orElseThrow()
              .partitions()
              .get(planned.partition())
              .students()
              .stream()
              .filter(s -> s.digest().equals(planned.modelSha256()))
              .findFirst()
              .orElseThrow();
      for (String id : planned.members()) {
        long left = free.merge(id, -student.memoryBytes(), Long::sum);
        assertTrue(left >= 0, message + " memory of " + id);
      }
      assertEquals(success(planned, fleet), planned.success(), 1e-9, message);
      boolean meets = planned.success() >= target - 1e-12;
      assertTrue(meets || plan.verdict() != Verdict.COMPLETE, message);
    }
    plan.boards()
        .forEach(load -> assertEquals(load.memoryBytes() - free.get(load.id()), load.usedBytes()));
  }

  private static Plan plan(List<Device> fleet, Objective objective, InForce previous) {
    return Planner.plan(new PlanRequest(fleet, ZOO, objective, CostModel.unmeasured(), previous));
  }
}
