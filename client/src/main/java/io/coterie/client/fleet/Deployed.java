package io.coterie.client.fleet;

import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one deployment.
 *
 * @param spec what is wanted; empty where only a plan is known
 * @param plan the newest; empty where there is none yet
 */
public record Deployed(Optional<DeploymentSpec> spec, Optional<PlanMessage> plan) {
  static final Deployed UNKNOWN = new Deployed(Optional.empty(), Optional.empty());

  Deployed withSpec(Optional<DeploymentSpec> newSpec) {
    return new Deployed(newSpec, plan);
  }

  Deployed withPlan(Optional<PlanMessage> newPlan) {
    return new Deployed(spec, newPlan);
  }

  /** Whether nobody wants answers for now. */
  boolean paused() {
    return spec.map(DeploymentSpec::paused).orElse(false);
  }

  boolean unknown() {
    return spec.isEmpty() && plan.isEmpty();
  }

  /** Agents of the group that take part now. */
  public static long replicas(PlanMessage.Group group, Fleet fleet) {
    return group.agents().stream().filter(fleet::isOnline).count();
  }

  /** Whether a complete plan runs of which no group has lost its last agent. */
  public Readiness readiness(String name, Fleet fleet) {
    if (paused()) {
      return Readiness.not(name + ": paused");
    }
    if (plan.isEmpty()) {
      return Readiness.not(name + ": no plan yet");
    }
    PlanMessage running = plan.get();
    List<String> reasons = new ArrayList<>();
    // A roll-out in stages answers by the bundle before, until the new one has proved itself.
    if (spec.isPresent()
        && !spec.get().bundle().equals(running.bundle())
        && running.rollout() == null) {
      reasons.add(name + ": the plan is of another bundle than the one that is wanted");
    }
    if (!running.complete()) {
      reasons.add(name + ": plan " + running.epoch() + " is not complete");
    }
    for (PlanMessage.Group group : running.groups()) {
      if (replicas(group, fleet) == 0) {
        reasons.add(name + ": partition " + group.partition() + " has no agent that is online");
      }
    }
    if (!fleet.isOnline(running.fuser()) && !fleet.isOnline(running.standby())) {
      reasons.add(name + ": neither fuser nor standby is online");
    }
    return new Readiness(reasons);
  }
}
