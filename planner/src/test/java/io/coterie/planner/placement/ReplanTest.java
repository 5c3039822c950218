package io.coterie.planner.placement;

import static io.coterie.planner.placement.Plans.assertValid;
import static io.coterie.planner.placement.Plans.boards;
import static io.coterie.planner.placement.Plans.fleet;
import static io.coterie.planner.placement.Plans.moved;
import static io.coterie.planner.placement.Plans.plan;
import static io.coterie.planner.placement.Plans.replan;
import static io.coterie.planner.placement.Plans.without;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReplanTest {
  private static final double EXACT = 1e-12;

  static List<Long> seeds() {
    return new Random(2406).longs(60).boxed().toList();
  }

  @Test
  void keepsThePlanWhereNothingChanged() {
    Plan first = plan(Bundles.offering(2, 4), boards(8, 0.1), 0.9);
    Plan second = replan(Bundles.offering(2, 4), boards(8, 0.1), 0.9, first);
    assertTrue(first.placesLike(second), () -> first + "\n" + second);
  }

  @Test
  void movesNobodyWhenABoardDiesWhoseGroupIsStillStrong() {
    Plan first = plan(Bundles.offering(2), boards(6, 0.1), 0.98);
    String lost = first.partitions().get(0).members().get(0);
    Plan second = replan(Bundles.offering(2), without(boards(6, 0.1), lost), 0.98, first);
    assertEquals(0, moved(first, second), () -> first + "\n" + second);
    assertEquals(Verdict.COMPLETE, second.verdict());
  }

  @Test
  void movesOneBoardWhenAGroupFallsBelowItsTarget() {
    Plan first = plan(Bundles.offering(2), boards(5, 0.1), 0.98);
    PlannedPartition pair =
        first.partitions().stream().filter(p -> p.members().size() == 2).findFirst().orElseThrow();
    String lost = pair.members().get(0);
    Plan second = replan(Bundles.offering(2), without(boards(5, 0.1), lost), 0.98, first);
    assertEquals(Verdict.COMPLETE, second.verdict());
    assertEquals(1, moved(first, second), () -> first + "\n" + second);
  }

  @Test
  void oneBoardTakesOneMoreStudentWhereNoneCanBeSpared() {
    Plan first = plan(Bundles.offering(3), boards(6, 0.1), 0.98);
    String lost = first.partitions().get(0).members().get(0);
    Plan second = replan(Bundles.offering(3), without(boards(6, 0.1), lost), 0.98, first);
    assertEquals(Verdict.COMPLETE, second.verdict());
    assertEquals(1, moved(first, second), () -> first + "\n" + second);
    Plan third = replan(Bundles.offering(3), boards(6, 0.1), 0.98, second);
    assertEquals(1, moved(second, third), () -> second + "\n" + third);
    assertEquals(first.latencySeconds(), third.latencySeconds(), EXACT);
  }

  @Test
  void anotherBoardTakesOverTheOnlyMembersStudent() {
    Plan first = plan(Bundles.offering(4), boards(4, 0.1), 0);
    Plan second = replan(Bundles.offering(4), boards(4, 0.1).subList(0, 3), 0, first);
    assertEquals(4, second.k());
    assertEquals(List.of(), second.missing());
    assertEquals(1, moved(first, second), () -> first + "\n" + second);
  }

  @Test
  void aReturningBoardRelievesTheOneThatStoodIn() {
    Plan first = plan(Bundles.offering(4), boards(4, 0.1), 0);
    Plan second = replan(Bundles.offering(4), boards(4, 0.1).subList(0, 3), 0, first);
    Plan third = replan(Bundles.offering(4), boards(4, 0.1), 0, second);
    third.partitions().forEach(p -> assertEquals(1, p.members().size(), third::toString));
    assertEquals(first.latencySeconds(), third.latencySeconds(), EXACT);
    assertTrue(moved(second, third) <= 1, () -> second + "\n" + third);
  }

  @Test
  void aNewBoardJoinsTheWeakestGroupAndMovesNobody() {
    Plan first = plan(Bundles.offering(2), boards(3, 0.1), 0);
    Plan second = replan(Bundles.offering(2), boards(4, 0.1), 0, first);
    second.partitions().forEach(p -> assertEquals(2, p.members().size()));
    assertEquals(1, moved(first, second));
  }

  @Test
  void movesForAGainAboveTheThresholdOnly() {
    List<Device> before = boards(2, 0.01);
    Plan first = plan(Bundles.offering(1, 2), before.subList(0, 1), 0);
    List<Device> withFast = new ArrayList<>(before);
    withFast.add(new Device("fast", 1e9, 1_000_000, 1e9, 0.01));
    Plan second = replan(Bundles.offering(1, 2), withFast, 0, first);
    assertNotEquals(0, moved(first, second));
    Plan third = replan(Bundles.offering(1, 2), withFast, 0, second);
    assertEquals(0, moved(second, third));
  }

  @Test
  void ignoresThePreviousPlanOfAnotherBundle() {
    Plan first = plan(Bundles.offering(2), boards(4, 0.1), 0.9);
    Plan other = plan(Bundles.offering(4), boards(4, 0.1), 0.9);
    Plan second = replan(Bundles.offering(4), boards(4, 0.1), 0.9, first);
    assertTrue(other.placesLike(second));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void survivesBoardsComingAndGoing(long seed) {
    Random random = new Random(seed);
    Manifest manifest = Bundles.offering(1, 2, 4);
    List<Device> all = fleet(random, 8);
    List<Device> present = new ArrayList<>(all);
    Plan plan = Plan.NONE;
    for (int step = 0; step < 12; step++) {
      Device toggled = all.get(random.nextInt(all.size()));
      if (!present.remove(toggled)) {
        present.add(toggled);
      }
      plan = replan(manifest, present, 0.9, plan);
      String message = "seed " + seed + " step " + step;
      assertValid(plan, present, message);
      Plan again = replan(manifest, present, 0.9, plan);
      assertTrue(plan.placesLike(again), message + " must be stable\n" + plan + "\n" + again);
    }
  }
}
