package io.coterie.client.fleet;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The fleet as its messages describe it: the one place where they are folded, for the hub's pages,
 * metrics and Home Assistant as for commands. Immutable; every message returns a new view. Names
 * are free to whoever may publish: those beyond the bounds are left out and counted.
 *
 * @param reports the last one of each agent of the fleet
 * @param assignments of agents of the fleet, where they were subscribed to
 * @param orchestrator what the one that leads, or led last, says of itself; empty where none was
 *     heard of
 * @param deployments by name
 * @param leftOut inputs that were left out
 */
public record FleetView(
    Fleet fleet,
    SortedMap<String, Report> reports,
    SortedMap<String, Assignment> assignments,
    SortedMap<String, Deployed> deployments,
    Optional<OrchestratorState> orchestrator,
    long leftOut) {
  /** More than any fleet here has; bounds memory and the time series of metrics. */
  public static final int MOST_AGENTS = Topics.MOST_AGENTS;

  public static final int MOST_DEPLOYMENTS = 64;

  /** The topics whose messages describe a fleet to whoever may look at it. */
  public static final List<Topic> TOPICS =
      List.of(
          Topic.AGENT_STATE,
          Topic.AGENT_CAPABILITY,
          Topic.AGENT_REPORT,
          Topic.DEPLOYMENT_SPEC,
          Topic.DEPLOYMENT_PLAN,
          Topic.ORCHESTRATOR_STATE);

  /** A fleet of which nothing is known. */
  public static final FleetView NOTHING =
      new FleetView(
          Fleet.EMPTY, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), Optional.empty(), 0);

  public FleetView {
    reports = Collections.unmodifiableSortedMap(new TreeMap<>(reports));
    assignments = Collections.unmodifiableSortedMap(new TreeMap<>(assignments));
    deployments = Collections.unmodifiableSortedMap(new TreeMap<>(deployments));
  }

  /**
   * The fleet after a message; the same after one on a topic that does not describe it.
   *
   * @param nowNs when the message arrived, by any clock
   * @throws JsonException if the message cannot be read; the view is as before
   */
  public FleetView after(Topics.Parsed topic, byte[] payload, long nowNs) throws JsonException {
    if (topic.topic() == Topic.ORCHESTRATOR_STATE) {
      return new FleetView(
          fleet,
          reports,
          assignments,
          deployments,
          read(payload, OrchestratorState.class),
          leftOut);
    }
    String name = topic.name();
    return switch (topic.topic()) {
      case AGENT_STATE ->
          with(
              name,
              read(payload, AgentState.class)
                  .<Membership.Input>map(state -> new Membership.StateHeard(name, state))
                  .orElse(new Membership.StateCleared(name)),
              nowNs);
      case AGENT_CAPABILITY ->
          with(
              name,
              read(payload, Capability.class)
                  .<Membership.Input>map(known -> new Membership.CapabilityHeard(name, known))
                  .orElse(new Membership.CapabilityCleared(name)),
              nowNs);
      case AGENT_REPORT -> with(name, Json.read(payload, Report.class), nowNs);
      case DEPLOYMENT_SPEC -> withSpec(name, read(payload, DeploymentSpec.class));
      case DEPLOYMENT_PLAN -> withPlan(name, read(payload, PlanMessage.class));
      case AGENT_ASSIGNMENT -> withAssignment(name, read(payload, Assignment.class));
      case AGENT_INBOX,
          AGENT_LOAD,
          AGENT_REQUEST,
          DEPLOYMENT_SETTING,
          INPUT,
          PORTION,
          CONTROL,
          RESULT,
          MODEL,
          ORCHESTRATOR_STATE ->
          this;
    };
  }

  private FleetView withAssignment(String agent, Optional<Assignment> assignment) {
    SortedMap<String, Assignment> all = new TreeMap<>(assignments);
    if (assignment.isEmpty()) {
      all.remove(agent);
    } else if (all.size() >= MOST_AGENTS && !all.containsKey(agent)) {
      return oneLeftOut();
    } else {
      all.put(agent, assignment.get());
    }
    return new FleetView(fleet, reports, all, deployments, orchestrator, leftOut);
  }

  private static <T> Optional<T> read(byte[] payload, Class<T> type) throws JsonException {
    return payload.length == 0 ? Optional.empty() : Optional.of(Json.read(payload, type));
  }

  /** The fleet after something that concerns no new agent, such as the time that has passed. */
  public FleetView with(Membership.Input input, long nowNs) {
    return withFleet(Membership.decide(fleet, input, nowNs).fleet());
  }

  /** The fleet after something was heard of an agent. */
  public FleetView with(String agent, Membership.Input input, long nowNs) {
    boolean full = fleet.members().size() >= MOST_AGENTS;
    return full && !fleet.members().containsKey(agent) ? oneLeftOut() : with(input, nowNs);
  }

  private FleetView withFleet(Fleet newFleet) {
    SortedMap<String, Report> kept = reports;
    if (newFleet.members().size() < fleet.members().size()) {
      kept = new TreeMap<>(reports);
      kept.keySet().retainAll(newFleet.members().keySet());
    }
    return new FleetView(newFleet, kept, assignments, deployments, orchestrator, leftOut);
  }

  /** An agent's report counts only while the agent itself is known. */
  public FleetView with(String agent, Report report, long nowNs) {
    if (report.incarnation() != fleet.incarnation(agent)) {
      return oneLeftOut();
    }
    SortedMap<String, Report> newReports = new TreeMap<>(reports);
    newReports.put(agent, report);
    FleetView reported =
        new FleetView(fleet, newReports, assignments, deployments, orchestrator, leftOut);
    return reported.with(new Membership.Heard(agent, report.incarnation()), nowNs);
  }

  /** Sets the spec of a deployment; empty if it has ended. */
  public FleetView withSpec(String deployment, Optional<DeploymentSpec> spec) {
    return changed(deployment, known -> known.withSpec(spec));
  }

  /** Sets the plan of a deployment; empty if there is none. */
  public FleetView withPlan(String deployment, Optional<PlanMessage> plan) {
    return changed(deployment, known -> known.withPlan(plan));
  }

  private FleetView changed(String name, UnaryOperator<Deployed> change) {
    Deployed after = change.apply(deployment(name));
    SortedMap<String, Deployed> all = new TreeMap<>(deployments);
    if (after.unknown()) {
      all.remove(name);
    } else if (all.size() >= MOST_DEPLOYMENTS && !all.containsKey(name)) {
      return oneLeftOut();
    } else {
      all.put(name, after);
    }
    return new FleetView(fleet, reports, assignments, all, orchestrator, leftOut);
  }

  /** The same with one more input that was left out. */
  public FleetView oneLeftOut() {
    return new FleetView(fleet, reports, assignments, deployments, orchestrator, leftOut + 1);
  }

  /** The orchestrator that leads; empty where none is known to. */
  public Optional<String> leader() {
    return orchestrator
        .filter(state -> state.state() == Availability.ONLINE)
        .map(OrchestratorState::id);
  }

  /** What an agent was told to do; nothing where that is not known. */
  public Assignment assignment(String agent) {
    return assignments.getOrDefault(agent, Assignment.NONE);
  }

  /**
   * The agents that are here and were told to work for a deployment. Those that are away keep what
   * they were told until they come back, and do not count.
   */
  public SortedSet<String> agentsOf(String deployment) {
    SortedSet<String> agents = new TreeSet<>(assignments.keySet());
    agents.removeIf(
        agent ->
            !fleet.member(agent).reachable()
                || !assignment(agent).deployments().contains(deployment));
    return agents;
  }

  /** The agents that a plan of the deployment names and that have not reported to carry it out. */
  public SortedSet<String> idle(String deployment, PlanMessage plan) {
    SortedSet<String> idle = new TreeSet<>();
    plan.groups().forEach(group -> idle.addAll(group.agents()));
    idle.add(plan.fuser());
    idle.remove("");
    idle.removeIf(
        agent -> {
          Report report = reports.get(agent);
          return report != null && PlanExecution.carriesOut(plan, deployment, agent, report);
        });
    return idle;
  }

  /** The deployment's plan where it has a fuser, and every agent that it names carries it out. */
  public Optional<PlanMessage> running(String deployment) {
    return deployment(deployment)
        .plan()
        .filter(plan -> !plan.fuser().isEmpty() && idle(deployment, plan).isEmpty());
  }

  /** The fuser's newest report on a deployment; nothing where there is no plan or no report yet. */
  public Optional<Report.FuserReport> fused(String deployment) {
    return deployment(deployment).plan().map(plan -> reports.get(plan.fuser())).stream()
        .flatMap(report -> report.fused().stream())
        .filter(fused -> fused.deployment().equals(deployment))
        .findFirst();
  }

  /** Whether nothing is left of a deployment: no spec, no plan, no agent that works for it. */
  public boolean isGone(String deployment) {
    return !deployments.containsKey(deployment) && agentsOf(deployment).isEmpty();
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
