package io.coterie.planner.placement;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Partitioning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides which board runs which student, after RoCoIn (Wang et al., arXiv 2406.14185): boards are
 * grouped, every member of a group runs the same student, and groups are matched with partitions so
 * that the slowest answers soonest. Ours: the choice of K by expected accuracy, several students
 * per board where boards are few, and the continuation of the plan in force.
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
          List.of(), List.of("no boards: start an agent, or check that it reaches the broker"));
    }
    List<Device> devices =
        request.devices().stream().sorted(Comparator.comparing(Device::id)).toList();
    List<Candidate> fresh = new ArrayList<>();
    for (Partitioning partitioning : request.manifest().partitionings()) {
      fresh.add(new FreshLayouts(evaluator(request, partitioning)).best(devices));
    }
    Candidate best = Candidate.best(fresh);
    Candidate chosen =
        continued(request, devices).filter(kept -> kept.isWorthKeeping(best)).orElse(best);
    return new Reporting(evaluator(request, chosen.layout().partitioning()), devices)
        .plan(chosen, fresh);
  }

  private static Optional<Candidate> continued(PlanRequest request, List<Device> devices) {
    Plan previous = request.previous();
    return request
        .manifest()
        .partitioning(previous.k())
        .flatMap(same -> Continuation.of(previous, evaluator(request, same), devices));
  }

  private static Evaluator evaluator(PlanRequest request, Partitioning partitioning) {
    return new Evaluator(partitioning, request.objective(), request.costs());
  }
}
