package io.coterie.planner.placement;

import static io.coterie.planner.placement.Plans.assertValid;
import static io.coterie.planner.placement.Plans.boards;
import static io.coterie.planner.placement.Plans.fleet;
import static io.coterie.planner.placement.Plans.plan;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Reason;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {
  private static final double EXACT = 1e-12;

  @Test
  void saysThatThereAreNoBoards() {
    Plan plan = plan(Bundles.offering(2), List.of(), 0.9);
    assertEquals(Verdict.NOTHING, plan.verdict());
    assertEquals(0, plan.k());
    assertTrue(plan.reasons().get(0).text().startsWith("no boards"), plan::toString);
  }

  @Test
  void replicatesEveryPartitionToMeetTheTarget() {
    Plan plan = plan(Bundles.offering(4), boards(8, 0.1), 0.98);
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertEquals(4, plan.k());
    plan.partitions().forEach(p -> assertEquals(2, p.members().size()));
    assertEquals(Math.pow(0.99, 4), plan.success(), EXACT);
    assertEquals(List.of(), Reason.texts(plan.reasons()));
  }

  @Test
  void predictsLatencyFromComputeAndLink() {
    Plan plan = plan(Bundles.offering(2), boards(2, 0.1), 0);
    assertEquals(1e6 / 10e6 + 32 * 8 / 1000.0, plan.latencySeconds(), EXACT);
    assertEquals("small", plan.partitions().get(0).student());
  }

  @Test
  void expectsTheAccuracyOfEveryPatternOfLoss() {
    Plan plan = plan(Bundles.offering(2), boards(2, 0.1), 0);
    double both = 0.92;
    double one = 0.72;
    assertEquals(0.81 * both + 2 * 0.09 * one, plan.expectedAccuracy(), EXACT);
  }

  @Test
  void choosesTheKWithTheHighestExpectedAccuracy() {
    Plan plan = plan(Bundles.offering(2, 4), boards(8, 0.01), 0.9);
    assertEquals(4, plan.k());
    assertEquals(1, plan.alternatives().size());
    assertEquals(2, plan.alternatives().get(0).k());
    assertTrue(plan.alternatives().get(0).reason().startsWith("expected accuracy 9"));
  }

  @Test
  void choosesASmallerKWhereLossesCostMore() {
    Plan plan = plan(Bundles.offering(1, 4), boards(4, 0.3), 0);
    assertEquals(1, plan.k());
  }

  @Test
  void putsSeveralStudentsOnABoardWhenBoardsAreFew() {
    Plan plan = plan(Bundles.offering(4), boards(2, 0.1), 0);
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertEquals(4, plan.partitions().size());
    assertEquals(2 * (0.1 + 32 * 4 / 1000.0), plan.latencySeconds(), EXACT);
  }

  @Test
  void prefersSeveralStudentsPerBoardToMissingTheTarget() {
    Plan plan = plan(Bundles.offering(2), boards(2, 0.1), 0.98);
    assertEquals(Verdict.COMPLETE, plan.verdict());
    plan.partitions().forEach(p -> assertEquals(2, p.members().size()));
    assertEquals(0.99, plan.success(), EXACT);
  }

  @Test
  void fallsBackToASmallerKWhereMemoryIsShort() {
    Device small = new Device("a", 1e7, Bundles.SMALL_BYTES, 1000, 0.1);
    Plan plan = plan(Bundles.offering(1, 2), List.of(small), 0);
    assertEquals(1, plan.k());
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertTrue(plan.alternatives().get(0).reason().contains("hosted by no board"), plan::toString);
  }

  @Test
  void degradesAndSaysWhatIsMissing() {
    Device small = new Device("a", 1e7, Bundles.SMALL_BYTES, 1000, 0.1);
    Plan plan = plan(Bundles.offering(2), List.of(small), 0);
    assertEquals(Verdict.DEGRADED, plan.verdict());
    assertEquals(1, plan.missing().size());
    assertTrue(plan.reasons().get(0).text().contains("small needs 98 KB"), plan::toString);
    assertEquals(0.9 * 0.72, plan.expectedAccuracy(), EXACT);
    assertEquals(0, plan.success(), EXACT);
  }

  @Test
  void hostsNothingWhereNoBoardHasTheMemory() {
    Device tiny = new Device("tiny", 1e7, 1024, 1000, 0.1);
    Plan plan = plan(Bundles.offering(2), List.of(tiny), 0);
    assertEquals(Verdict.NOTHING, plan.verdict());
    assertTrue(
        Reason.texts(plan.reasons()).contains("board tiny is idle: its 1 KB hold no student"),
        plan::toString);
  }

  @Test
  void leavesATinyBoardIdleAndSaysSo() {
    List<Device> devices = new ArrayList<>(boards(4, 0.1));
    devices.add(new Device("tiny", 1e7, 1024, 1000, 0.1));
    Plan plan = plan(Bundles.offering(2), devices, 0.9);
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertEquals(
        List.of("board tiny is idle: its 1 KB hold no student"), Reason.texts(plan.reasons()));
  }

  @Test
  void leavesABoardIdleThatWouldMissTheDeadline() {
    List<Device> devices = new ArrayList<>(boards(3, 0.1));
    devices.add(new Device("slow", 1e4, 1_000_000, 1000, 0.1));
    Objective objective = Objective.of(0.9).withDeadline(1);
    Plan plan = plan(Bundles.offering(2), devices, objective, InForce.NOTHING);
    assertEquals(Verdict.COMPLETE, plan.verdict());
    assertEquals(
        List.of("board slow is idle: with it the plan would miss its deadline"),
        Reason.texts(plan.reasons()));
  }

  @Test
  void saysThatTheDeadlineCannotBeMet() {
    Objective objective = Objective.of(0).withDeadline(0.01);
    Plan plan = plan(Bundles.offering(2), boards(2, 0.1), objective, InForce.NOTHING);
    assertEquals(Verdict.BELOW_TARGET, plan.verdict());
    assertTrue(
        plan.reasons().get(0).text().contains("exceeds the deadline of 10.00 ms"), plan::toString);
  }

  @Test
  void saysThatTheTargetCannotBeMet() {
    Plan plan = plan(Bundles.offering(2), boards(2, 0.1), 0.9999);
    assertEquals(Verdict.BELOW_TARGET, plan.verdict());
    assertTrue(plan.reasons().get(0).text().contains("below the target 0.9999"), plan::toString);
  }

  @Test
  void sizesTheStudentByTheGroupsSmallestMember() {
    Manifest manifest = Bundles.offering(1);
    String large = manifest.partitionings().get(0).partitions().get(0).students().get(1).digest();
    List<Device> devices = boards(2, 0.1);
    CostModel largeIsFast =
        new CostModel(
            Map.of(new Measurement("b0", large), 0.001, new Measurement("b1", large), 0.001));
    Plan plan =
        Planner.plan(
            new PlanRequest(devices, manifest, Objective.of(0), largeIsFast, InForce.NOTHING));
    assertEquals("large", plan.partitions().get(0).student());
    List<Device> oneSmall =
        List.of(devices.get(0), new Device("b1", 10e6, Bundles.SMALL_BYTES, 1000, 0.1));
    plan =
        Planner.plan(
            new PlanRequest(oneSmall, manifest, Objective.of(0), largeIsFast, InForce.NOTHING));
    assertEquals("small", plan.partitions().get(0).student());
  }

  @Test
  void listsTheFastestMemberFirst() {
    List<Device> devices =
        List.of(
            new Device("a", 5e6, 1_000_000, 1000, 0.1),
            new Device("b", 10e6, 1_000_000, 1000, 0.1));
    Plan plan = plan(Bundles.offering(1), devices, 0);
    assertEquals(List.of("b", "a"), plan.partitions().get(0).members());
  }

  @Test
  void reportsBothMatchingRules() {
    Plan plan = plan(Bundles.offering(2), boards(4, 0.1), 0.9);
    assertEquals(plan.latencySeconds(), plan.matching().bottleneckMax(), EXACT);
    assertTrue(plan.matching().sumRuleSum() <= plan.matching().bottleneckSum() + EXACT);
  }

  @Test
  void refusesTwoBoardsWithOneName() {
    Device device = boards(1, 0.1).get(0);
    assertThrows(
        IllegalArgumentException.class,
        () -> plan(Bundles.offering(1), List.of(device, device), 0));
  }

  static List<Long> seeds() {
    return new Random(2406).longs(60).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyPlanIsValid(long seed) {
    Random random = new Random(seed);
    List<Device> fleet = fleet(random, 1 + random.nextInt(9));
    Plan plan = plan(Bundles.offering(1, 2, 4), fleet, random.nextDouble());
    assertValid(plan, fleet, "seed " + seed);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void thePlanDoesNotDependOnTheOrderOfTheBoards(long seed) {
    Random random = new Random(seed);
    List<Device> fleet = fleet(random, 1 + random.nextInt(8));
    List<Device> shuffled = new ArrayList<>(fleet);
    Collections.shuffle(shuffled, random);
    assertEquals(
        plan(Bundles.offering(2, 4), fleet, 0.9),
        plan(Bundles.offering(2, 4), shuffled, 0.9),
        "seed " + seed);
  }
}
