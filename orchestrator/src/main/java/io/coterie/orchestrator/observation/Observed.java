package io.coterie.orchestrator.observation;

import io.coterie.orchestrator.membership.Fleet;
import io.coterie.orchestrator.membership.Membership;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A fleet as it was heard. Immutable; every input gives a new one. Names are free to whoever may
 * publish: those beyond the bounds are left out and counted.
 *
 * @param reports the last one of each agent of the fleet
 * @param deployments by name
 * @param leftOut inputs that were left out
 */
public record Observed(
    Fleet fleet,
    SortedMap<String, Report> reports,
    SortedMap<String, Deployed> deployments,
    long leftOut) {
  /** More than any fleet here has; bounds memory and the time series of metrics. */
  public static final int MOST_AGENTS = Topics.MOST_AGENTS;

  public static final int MOST_DEPLOYMENTS = 64;

  /** Nothing yet. */
  public static final Observed NOTHING =
      new Observed(Fleet.EMPTY, new TreeMap<>(), new TreeMap<>(), 0);

  public Observed {
    reports = Collections.unmodifiableSortedMap(new TreeMap<>(reports));
    deployments = Collections.unmodifiableSortedMap(new TreeMap<>(deployments));
  }

  /** The fleet after something that concerns no new agent, such as the time that has passed. */
  public Observed with(Membership.Input input, long nowNs) {
    return withFleet(Membership.decide(fleet, input, nowNs).fleet());
  }

  /** The fleet after something was heard of an agent. */
  public Observed with(String agent, Membership.Input input, long nowNs) {
    boolean full = fleet.members().size() >= MOST_AGENTS;
    return full && !fleet.members().containsKey(agent) ? oneLeftOut() : with(input, nowNs);
  }

  private Observed withFleet(Fleet newFleet) {
    SortedMap<String, Report> kept = reports;
    if (newFleet.members().size() < fleet.members().size()) {
      kept = new TreeMap<>(reports);
      kept.keySet().retainAll(newFleet.members().keySet());
    }
    return new Observed(newFleet, kept, deployments, leftOut);
  }

  /** An agent's report counts only while the agent itself is known. */
  public Observed with(String agent, Report report, long nowNs) {
    if (report.incarnation() != fleet.incarnation(agent)) {
      return oneLeftOut();
    }
    SortedMap<String, Report> newReports = new TreeMap<>(reports);
    newReports.put(agent, report);
    Observed reported = new Observed(fleet, newReports, deployments, leftOut);
    return reported.with(new Membership.Heard(agent, report.incarnation()), nowNs);
  }

  /** What is wanted of a deployment; empty where it has ended. */
  public Observed withWish(String deployment, Optional<DeploymentSpec> wish) {
    return changed(deployment, known -> known.withWish(wish));
  }

  /** What runs of a deployment; empty where nothing does. */
  public Observed withPlan(String deployment, Optional<PlanMessage> plan) {
    return changed(deployment, known -> known.withPlan(plan));
  }

  private Observed changed(String name, UnaryOperator<Deployed> change) {
    Deployed after = change.apply(deployment(name));
    SortedMap<String, Deployed> all = new TreeMap<>(deployments);
    if (after.unknown()) {
      all.remove(name);
    } else if (all.size() >= MOST_DEPLOYMENTS && !all.containsKey(name)) {
      return oneLeftOut();
    } else {
      all.put(name, after);
    }
    return new Observed(fleet, reports, all, leftOut);
  }

  /** The same with one more input that was left out. */
  public Observed oneLeftOut() {
    return new Observed(fleet, reports, deployments, leftOut + 1);
  }

  /** What is known of a deployment; nothing of an unknown one. */
  public Deployed deployment(String name) {
    return deployments.getOrDefault(name, Deployed.UNKNOWN);
  }

  /**
   * Why the plan follows the one that is known; empty where it is not newer. To be asked before
   * {@link #withPlan}.
   */
  public Optional<Cause> causeOf(String name, PlanMessage plan) {
    Deployed known = deployment(name);
    if (known.plan().isPresent() && plan.epoch() <= known.plan().get().epoch()) {
      return Optional.empty();
    }
    return Optional.of(Cause.of(known.plan(), plan, fleet));
  }

  /** Whether every deployment that is not paused is answered; not where there is none at all. */
  public Readiness readiness() {
    if (deployments.isEmpty()) {
      return Readiness.not("nothing is deployed");
    }
    List<String> reasons = new ArrayList<>();
    deployments.forEach(
        (name, deployed) -> {
          if (!deployed.paused()) {
            reasons.addAll(deployed.readiness(name, fleet).reasons());
          }
        });
    return new Readiness(reasons);
  }
}
