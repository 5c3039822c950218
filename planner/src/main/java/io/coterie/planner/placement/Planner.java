package io.coterie.planner.placement;

import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Continuation.Continued;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which board runs which student, after RoCoIn (Wang et al., arXiv 2406.14185): boards are
 * grouped, every member of a group runs the same student, and groups are matched with partitions so
 * that the slowest answers soonest. Ours: the goals, the choice of K and of students by expected
 * accuracy, several students per board where boards are few, the exact search for small fleets, and
 * the continuation of the plan in force.
 *
 * <p>A pure function: the same request gives the same plan. Whatever a user can cause, such as an
 * empty fleet or too little memory, comes out as a plan that says so. Thread-safe.
 */
public final class Planner {
  private Planner() {}

  /** The best plan there is for the request. */
  public static Plan plan(PlanRequest request) {
    if (request.devices().isEmpty()) {
      return Plan.none(
          List.of(),
          List.of(
              Reason.of(
                  Reason.Code.NO_BOARDS,
                  "no boards: start an agent, or check that it reaches the broker")));
    }
    List<Device> devices =
        request.devices().stream().sorted(Comparator.comparing(Device::id)).toList();
    Set<String> inForce = new HashSet<>();
    request.previous().placements().forEach(placed -> inForce.add(placed.modelSha256()));
    List<Evaluator> evaluators = new ArrayList<>();
    for (Partitioning partitioning : request.manifest().partitionings()) {
      CostTable table = new CostTable(partitioning, devices, request.costs(), inForce);
      evaluators.add(new Evaluator(table, request.objective()));
    }
    List<Candidate> fresh =
        evaluators.stream().map(evaluator -> new FreshLayouts(evaluator).best()).toList();
    PlacementGoal goal = request.objective().goal();
    Candidate best = goal.best(fresh);
    Candidate chosen =
        continued(request.previous(), evaluators)
            .filter(kept -> isKept(kept, best, goal))
            .map(Continued::candidate)
            .orElse(best);
    return new Reporting(chosen, evaluators).plan(fresh);
  }

  private static boolean isKept(Continued kept, Candidate best, PlacementGoal goal) {
    return kept.isSettled()
        ? kept.candidate().rank() >= best.rank()
        : goal.isWorthKeeping(kept.candidate(), best);
  }

  private static Optional<Continued> continued(InForce previous, List<Evaluator> evaluators) {
    return evaluators.stream()
        .filter(evaluator -> evaluator.table().k() == previous.k())
        .findFirst()
        .flatMap(evaluator -> Continuation.of(previous, evaluator));
  }
}
