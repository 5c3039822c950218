package io.coterie.planner.placement;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the planner has to know of the plan in force, so that boards keep what they host. It is what
 * a plan's message tells, and no more: everybody who plans sees the same.
 *
 * @param k number of partitions; 0 for none in force
 * @param placements the partitions that are hosted, by rising number
 * @param latencySeconds that the plan promised
 * @param success probability that the plan promised
 * @param expectedAccuracy that the plan promised, in [0, 1]
 */
public record InForce(
    int k,
    List<Placement> placements,
    double latencySeconds,
    double success,
    double expectedAccuracy) {
  /** No plan is in force. */
  public static final InForce NOTHING = new InForce(0, List.of(), 0, 0, 0);

  public InForce {
    placements = List.copyOf(placements);
  }

  /**
   * Who hosts a partition.
   *
   * @param partition in [0, k)
   * @param modelSha256 digest of the student's model
   * @param members device ids
   */
  public record Placement(int partition, String modelSha256, List<String> members) {
    public Placement {
      members = List.copyOf(members);
    }
  }

  /**
   * What a plan's message tells, as far as the bundle has the students that it names.
   *
   * @param manifest of the plan's bundle
   */
  public static InForce of(PlanMessage plan, Manifest manifest) {
    Optional<Partitioning> partitioning = manifest.partitioning(plan.strategy(), plan.k());
    if (partitioning.isEmpty()) {
      return NOTHING;
    }
    List<Placement> placements = new ArrayList<>();
    for (PlanMessage.Group group : plan.groups()) {
      if (group.partition() < plan.k()) {
        partitioning.get().partitions().get(group.partition()).students().stream()
            .filter(student -> student.name().equals(group.student()))
            .findFirst()
            .ifPresent(
                student ->
                    placements.add(
                        new Placement(group.partition(), student.digest(), group.agents())));
      }
    }
    return new InForce(
        plan.k(),
        placements,
        plan.latencyMs() / 1e3,
        plan.successProbability(),
        plan.expectedAccuracy());
  }
}
