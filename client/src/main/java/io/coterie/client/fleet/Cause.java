package io.coterie.client.fleet;

import io.coterie.protocol.message.PlanMessage;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Why there is a new plan, as far as the two plans and the fleet tell. Of several causes the first
 * one here counts.
 */
public enum Cause {
  /** The spec is new or another, or a roll-out put another bundle in place. */
  DEPLOYMENT,
  /** An agent of the old plan takes part no more. */
  AGENT_LOST,
  /** The new plan has an agent that the old one did not have. */
  AGENT_JOINED,
  /** Another orchestrator leads. */
  LEADER,
  /** The same agents turned out to be other than the old plan assumed. */
  MEASUREMENT;

  /** As in metrics. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Compares two plans of a deployment. */
  static Cause of(Optional<PlanMessage> oldPlan, PlanMessage plan, Fleet fleet) {
    if (oldPlan.isEmpty()
        || isOfAnotherSpec(oldPlan.get(), plan)
        || !oldPlan.get().bundle().equals(plan.bundle())) {
      return DEPLOYMENT;
    }
    Set<String> before = agents(oldPlan.get());
    if (!before.stream().allMatch(fleet::isOnline)) {
      return AGENT_LOST;
    }
    if (!before.containsAll(agents(plan))) {
      return AGENT_JOINED;
    }
    return oldPlan.get().term() == plan.term() ? MEASUREMENT : LEADER;
  }

  /** Plans of orchestrators that tell no generation are taken for ones of the same spec. */
  private static boolean isOfAnotherSpec(PlanMessage before, PlanMessage plan) {
    return !before.generation().isEmpty()
        && !plan.generation().isEmpty()
        && !before.generation().equals(plan.generation());
  }

  private static Set<String> agents(PlanMessage plan) {
    Set<String> agents = new TreeSet<>();
    plan.groups().forEach(group -> agents.addAll(group.agents()));
    agents.add(plan.fuser());
    agents.add(plan.standby());
    agents.remove("");
    return agents;
  }
}
