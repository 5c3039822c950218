package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.exact.ExactSearch;
import io.coterie.planner.exact.ExactSolver;
import java.util.Optional;

/**
 * The fastest layout that meets the target, without regard to how alike boards are (ours): each
 * board may host any set of partitions that it has the memory and the time for. Small fleets are
 * searched {@linkplain ExactSearch exactly}, larger ones by {@link GreedyCover}.
 */
final class Packing {
  /** Enough for every small fleet of the tests; keeps a hard one from taking seconds. */
  private static final long MAX_NODES = 100_000;

  private static final long MAX_COMBINATIONS = 64;

  private final Evaluator evaluator;
  private final CostTable table;
  private boolean proven;

  Packing(Evaluator evaluator) {
    this.evaluator = evaluator;
    this.table = evaluator.table();
  }

  /** Whether the last search settled the question: nothing is faster, or nothing is possible. */
  boolean isProven() {
    return proven;
  }

  /** The fastest layout, with the most accurate students that keep it so, as the goal demands. */
  Optional<Candidate> fastest() {
    double target = evaluator.objective().successTarget();
    Optional<Layout> found = Optional.empty();
    ExactSearch search = new ExactSearch(table);
    if (isSmall(search)) {
      ExactSearch.Result result = search.fastest(target, MAX_NODES);
      proven = result.proven();
      found = result.best().map(best -> Layout.of(table, best.student(), best.hosted()));
    }
    if (!proven) {
      found = found.or(() -> new GreedyCover(evaluator).fastest());
    }
    return found.map(
        layout -> {
          StudentChoice.improve(evaluator, layout);
          return evaluator.evaluate(layout);
        });
  }

  private boolean isSmall(ExactSearch search) {
    return table.boards() <= ExactSolver.MAX_BOARDS
        && table.k() <= ExactSolver.MAX_K
        && search.combinations() <= MAX_COMBINATIONS;
  }
}
