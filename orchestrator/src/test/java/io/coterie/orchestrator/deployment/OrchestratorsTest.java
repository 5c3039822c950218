package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.PlanMessage;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Orchestrators, boards and the broker crash and return; in the end, one leader's plan runs. */
final class OrchestratorsTest {
  static List<Long> seeds() {
    return new Random(1900).longs(100).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void boardsEndWithWhatTheOneLeaderWants(long seed) {
    Random random = new Random(seed);
    Orchestrators fleet = new Orchestrators(random, 2 + random.nextInt(2), 4);
    fleet.run(3_000);
    for (int step = 0; step < 25; step++) {
      fleet.disturb();
      fleet.run(random.nextInt(2_500));
    }
    fleet.settle();
    assertEquals(List.of(), fleet.violations(), () -> "seed " + seed);
    List<State> leaders = fleet.leaders();
    assertEquals(1, leaders.size(), () -> "seed " + seed);
    State leader = leaders.get(0);
    PlanMessage plan = leader.plans().get(Orchestrators.DEPLOYMENT);
    assertTrue(plan != null && plan.complete(), () -> "seed " + seed + " " + plan);
    fleet
        .assignments()
        .forEach(
            (board, has) -> {
              Assignment wanted = leader.assignments().getOrDefault(board, Assignment.NONE);
              assertTrue(
                  has.hasRolesOf(wanted),
                  () -> "seed " + seed + " " + board + " has " + has + " not " + wanted);
            });
    assertEquals(Map.of(Orchestrators.DEPLOYMENT, plan), fleet.retainedPlans(), "seed " + seed);
  }
}
