package io.coterie.planner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.baseline.RandomFleets;
import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.CostTable;
import io.coterie.planner.exact.ExactSearch;
import io.coterie.protocol.bundle.Manifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What larger fleets are planned with, measured where the optimum can be known. */
class GreedyCoverTest {
  @Test
  void isMostlyAsFastAsTheOptimum() {
    Manifest zoo = Zoo.manifest();
    Random random = new Random(5);
    List<Double> ratios = new ArrayList<>();
    int missed = 0;
    for (int seed = 0; seed < 600; seed++) {
      CostTable table = table(zoo, seed);
      double target = 0.7 + 0.29 * random.nextDouble();
      Evaluator evaluator =
          new Evaluator(table, Objective.of(target).withGoal(PlacementGoal.LATENCY));
      Optional<Layout> greedy = new GreedyCover(evaluator).fastest();
      var exact = new ExactSearch(table).fastest(target, Long.MAX_VALUE).best();
      if (greedy.isPresent()) {
        assertEquals(Candidate.PERFECT, evaluator.evaluate(greedy.get()).rank(), "seed " + seed);
        ratios.add(evaluator.latency(greedy.get()) / exact.orElseThrow().latencySeconds());
      } else if (exact.isPresent()) {
        missed++;
      }
    }
    Collections.sort(ratios);
    String found =
        "missed %d, found %d, median %.3f, p95 %.3f"
            .formatted(
                missed,
                ratios.size(),
                ratios.get(ratios.size() / 2),
                ratios.get(ratios.size() * 95 / 100));
    assertTrue(ratios.get(ratios.size() / 2) <= 1.05 && missed <= 12, found);
  }

  private static CostTable table(Manifest zoo, int seed) {
    return new CostTable(
        zoo.partitionings().get(seed % 3),
        new RandomFleets(zoo, seed).upTo(8),
        CostModel.unmeasured());
  }
}
