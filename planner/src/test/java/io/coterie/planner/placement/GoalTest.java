package io.coterie.planner.placement;

import static io.coterie.planner.placement.Plans.boards;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Reason;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GoalTest {
  private static final double EXACT = 1e-12;
  private static final Manifest ZOO = Zoo.manifest();

  @Test
  void accuracyTakesTheLargeStudentWhereMemoryAllows() {
    Plan plan = plan(roomy(4), Objective.of(0.9));
    assertEquals(PlacementGoal.ACCURACY, Objective.of(0.9).goal());
    plan.partitions().forEach(p -> assertEquals("wrn-2-fp32", p.student()));
  }

  @Test
  void accuracyTakesASmallerStudentToKeepTheDeadline() {
    double large = plan(roomy(4), Objective.of(0.5)).latencySeconds();
    Plan plan = plan(roomy(4), Objective.of(0.5).withDeadline(large / 2));
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertTrue(plan.latencySeconds() <= large / 2);
    plan.partitions().forEach(p -> assertTrue(p.student().startsWith("wrn-1"), plan::toString));
  }

  @Test
  void accuracyTakesAnIntegerStudentWhereMemoryIsShort() {
    List<Device> fleet =
        IntStream.range(0, 4).mapToObj(i -> new Device("b" + i, 1e7, 300_000, 1e6, 0.1)).toList();
    Plan plan = plan(fleet, Objective.of(0.5));
    plan.partitions().forEach(p -> assertEquals("wrn-2-int8", p.student(), plan::toString));
  }

  @Test
  void everyMemberOfAGroupHoldsItsStudent() {
    List<Device> fleet = List.of(roomy(2).get(0), new Device("x", 1e7, 300_000, 1e6, 0.1));
    Plan plan = plan(fleet, Objective.of(0.98));
    assertEquals(Verdict.COMPLETE, plan.verdict());
    for (Plan.BoardLoad load : plan.boards()) {
      assertTrue(load.usedBytes() <= load.memoryBytes(), plan::toString);
    }
  }

  @Test
  void latencyIsLowestAndThenAccuracyHighest() {
    Plan plan = plan(roomy(8), Objective.of(0.9).withGoal(PlacementGoal.LATENCY));
    Plan accurate = plan(roomy(8), Objective.of(0.9));
    assertTrue(plan.latencySeconds() < accurate.latencySeconds());
    plan.partitions().forEach(p -> assertEquals("wrn-1-fp32", p.student(), plan::toString));
  }

  @Test
  void latencyLeavesBoardsIdleThatWouldSlowThePlan() {
    List<Device> fleet =
        List.of(
            new Device("fast", 1e9, 10_000_000, 1e7, 0.05),
            new Device("quick", 9e8, 10_000_000, 1e7, 0.05),
            new Device("slow", 5e6, 10_000_000, 500, 0.05));
    Plan plan = plan(fleet, Objective.of(0.9).withGoal(PlacementGoal.LATENCY));
    assertTrue(
        Reason.texts(plan.reasons())
            .contains("board slow is idle: with it the plan would be slower"),
        plan::toString);
  }

  @Test
  void replicasKeepTheBudgetAndSayWhoIsIdle() {
    Plan plan = plan(roomy(8), Objective.of(0).withReplicaBudget(4));
    assertTrue(instances(plan) <= 4, plan::toString);
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertTrue(
        plan.reasons().stream().anyMatch(r -> r.text().endsWith("budget of 4 students is used up")),
        plan::toString);
  }

  @Test
  void replicasPutTheWholeModelOnTheSurestBoards() {
    List<Device> fleet =
        List.of(
            new Device("a", 1e8, 10_000_000, 1e6, 0.2),
            new Device("b", 1e7, 10_000_000, 1e6, 0.01),
            new Device("c", 1e7, 10_000_000, 1e6, 0.02),
            new Device("d", 1e8, 10_000_000, 1e6, 0.2));
    Plan plan = plan(fleet, Objective.of(0.9).withReplicaBudget(4));
    assertEquals(1 - 0.01 * 0.02, plan.success(), EXACT);
    assertEquals(2, plan.k());
    plan.partitions().forEach(p -> assertEquals(List.of("b", "c"), p.members()));
  }

  @Test
  void replicasBelowOnePerPartitionAreDegradedAndSaySo() {
    Plan plan = plan(roomy(4), Objective.of(0).withReplicaBudget(1));
    assertEquals(Verdict.DEGRADED, plan.verdict());
    assertTrue(
        plan.reasons().get(0).text().endsWith("the budget of 1 students is used up"),
        plan::toString);
  }

  @Test
  void replicasKeepTheDeadline() {
    Plan free = plan(roomy(4), Objective.of(0).withReplicaBudget(4));
    double deadline = free.latencySeconds() / 1.9;
    Plan plan = plan(roomy(4), Objective.of(0).withReplicaBudget(4).withDeadline(deadline));
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertTrue(plan.latencySeconds() <= deadline, plan::toString);
  }

  @Test
  void namesTheBestReachableSuccessAndTheCure() {
    Plan plan = plan(boards(2, 0.1), Objective.of(0.9999));
    assertEquals(Verdict.BELOW_TARGET, plan.verdict());
    assertTrue(
        Reason.texts(plan.reasons())
            .contains(
                "no placement on these boards reaches the target 0.999900, at best every group"
                    + " succeeds with 0.990000: add boards, or lower the target to that"),
        plan::toString);
    assertEquals(Verdict.COMPLETE, plan(boards(2, 0.1), Objective.of(0.99)).verdict());
  }

  @Test
  void stacksWithinTheMemoryOfAllStudentsTogether() {
    long one = 92_000;
    Device both = new Device("both", 1e7, 2 * one, 1e6, 0.1);
    Plan plan = plan(List.of(both), Objective.of(0));
    assertEquals(2, plan.k());
    assertEquals(Verdict.COMPLETE, plan.verdict());
    Device less = new Device("less", 1e7, 2 * one - 4_000, 1e6, 0.1);
    plan = plan(List.of(less), Objective.of(0));
    assertEquals(Verdict.DEGRADED, plan.verdict());
    assertTrue(plan.reasons().get(0).text().contains("is hosted by no board"), plan::toString);
  }

  @Test
  void saysWhyEveryOtherKLost() {
    for (PlacementGoal goal : List.of(PlacementGoal.ACCURACY, PlacementGoal.LATENCY)) {
      Plan plan = plan(roomy(8), Objective.of(0.9).withGoal(goal));
      assertEquals(2, plan.alternatives().size());
      plan.alternatives().forEach(other -> assertTrue(other.reason().length() > 10));
    }
  }

  @Test
  void refusesImpossibleObjectivesByName() {
    Objective fine = Objective.of(0.9);
    assertRefused("successTarget", () -> Objective.of(Double.NaN));
    assertRefused("successTarget", () -> Objective.of(-0.1));
    assertRefused("deadlineSeconds", () -> fine.withDeadline(0));
    assertRefused("deadlineSeconds", () -> fine.withDeadline(Double.NaN));
    assertRefused("replicaBudget", () -> fine.withReplicaBudget(0));
  }

  private static void assertRefused(String field, Runnable construct) {
    var thrown = assertThrows(IllegalArgumentException.class, construct::run);
    assertTrue(thrown.getMessage().contains(field), thrown.getMessage());
  }

  private static int instances(Plan plan) {
    return plan.partitions().stream().map(PlannedPartition::members).mapToInt(List::size).sum();
  }

  private static List<Device> roomy(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Device("b" + i, 1e7, 10_000_000, 1e6, 0.1))
        .toList();
  }

  private static Plan plan(List<Device> fleet, Objective objective) {
    return Planner.plan(
        new PlanRequest(fleet, ZOO, objective, CostModel.unmeasured(), InForce.NOTHING));
  }
}
