package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.leader.Lease;
import io.coterie.orchestrator.leader.LeaseCore;
import io.coterie.orchestrator.membership.Fleet;
import io.coterie.orchestrator.rollout.Tracking;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Rollout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The next state while it is being decided, and what every decision may do: plan, speak, log. Lives
 * for one decision. What the inputs mean is decided by {@link ConnectionEvents}, {@link
 * BoardEvents}, {@link SpecEvents}, {@link RetainedEvents} and {@link Leadership}.
 */
final class DecisionBuilder {
  final long nowNs;
  final List<Effect> effects = new ArrayList<>();

  Lease lease;
  long epoch;
  Phase phase;
  long collectUntilNs;
  OptionalLong replanAtNs;
  boolean brokerRemembers;
  Fleet fleet;
  final SortedMap<String, DeploymentSpec> specs;
  final Set<String> heardSpecs;
  final Map<String, Manifest> manifests;
  final Map<String, String> refused;
  final SortedMap<String, PlanMessage> plans;
  final SortedMap<String, Assignment> assignments;
  Learning learning;
  SpecHandover handover;
  final SortedMap<String, DeploymentSpec> running;
  final SortedMap<String, Tracking> tracking;

  DecisionBuilder(State state, long nowNs) {
    this.nowNs = nowNs;
    lease = state.lease();
    epoch = state.epoch();
    phase = state.phase();
    collectUntilNs = state.collectUntilNs();
    replanAtNs = state.replanAtNs();
    brokerRemembers = state.brokerRemembers();
    fleet = state.fleet();
    specs = new TreeMap<>(state.specs());
    heardSpecs = new HashSet<>(state.heardSpecs());
    manifests = new HashMap<>(state.manifests());
    refused = new HashMap<>(state.refused());
    plans = new TreeMap<>(state.plans());
    assignments = new TreeMap<>(state.assignments());
    learning = state.learning();
    handover = state.handover();
    running = new TreeMap<>(state.running());
    tracking = new TreeMap<>(state.tracking());
  }

  DeploymentCore.Decision decision() {
    return new DeploymentCore.Decision(state(), effects);
  }

  State state() {
    return new State(
        lease,
        epoch,
        phase,
        collectUntilNs,
        replanAtNs,
        brokerRemembers,
        fleet,
        specs,
        heardSpecs,
        manifests,
        refused,
        plans,
        assignments,
        learning,
        handover,
        running,
        tracking);
  }

  String id() {
    return lease.id();
  }

  long term() {
    return lease.term();
  }

  /** Whether an agent of a plan has not been heard of yet: it may be on its way back. */
  boolean expectsAgents() {
    return plans.values().stream()
        .flatMap(
            plan ->
                Stream.concat(
                    Stream.of(plan.fuser(), canary(plan)),
                    plan.groups().stream().flatMap(group -> group.agents().stream())))
        .anyMatch(agent -> !agent.isEmpty() && !fleet.knowsStateOf(agent));
  }

  private static String canary(PlanMessage plan) {
    boolean tries = plan.rollout() != null && plan.rollout().stage() == Rollout.Stage.CANARY;
    return tries ? plan.rollout().board() : "";
  }

  void announceSelf() {
    effects.add(new Effect.PublishState(lease.announcement()));
    log(
        "leads: orchestrator=%s term=%d epoch=%d brokerRemembers=%s",
        id(), term(), epoch, brokerRemembers);
  }

  /** Keeps our term and epoch above every one that is around. */
  void seen(long otherTerm, long otherEpoch) {
    if (otherTerm > Check.ABSURD || otherEpoch > Check.ABSURD) {
      log("absurd, ignored: term=%d epoch=%d", otherTerm, otherEpoch);
      return;
    }
    epoch = Math.max(epoch, otherEpoch);
    new Leadership(this).input(new LeaseCore.TermHeard(otherTerm));
  }

  /** Plans after this time at the latest, with all that happens meanwhile. */
  void replanWithin(long delayNs) {
    long dueNs = nowNs + delayNs;
    boolean waits = replanAtNs.isPresent() && expectsAgents();
    boolean sooner = replanAtNs.isEmpty() || dueNs - replanAtNs.getAsLong() < 0;
    if (phase == Phase.READY && !waits && sooner) {
      replanAtNs = OptionalLong.of(dueNs);
    }
  }

  /** Plans now, or once those whom a plan names and nobody has heard of had time to come back. */
  void replanOrExpect() {
    if (expectsAgents()) {
      replanAtNs = OptionalLong.of(nowNs + DeploymentCore.EXPECT_NS);
    } else {
      replanNow();
    }
  }

  void replanNow() {
    if (phase == Phase.READY) {
      replan();
    }
  }

  /** Plans soon where measurements contradict what a plan in force was made of. */
  void replanWhereOutdated() {
    if (phase == Phase.READY && replanAtNs.isEmpty()) {
      List<String> outdated = new Planning(state()).outdated();
      if (!outdated.isEmpty()) {
        log("plan outdated by measurements: deployments=%s", outdated);
        replanWithin(DeploymentCore.REPORTS_NS);
      }
    }
  }

  private void replan() {
    replanAtNs = OptionalLong.empty();
    learning = learning.keep();
    Rollouts rollouts = new Rollouts(this);
    Replan replan = new Replan(state(), rollouts.next());
    effects.addAll(replan.effects());
    epoch = replan.epoch();
    plans.clear();
    plans.putAll(replan.plans());
    assignments.putAll(replan.assignments());
    running.clear();
    running.putAll(replan.running());
    rollouts.follow();
  }

  void log(String format, Object... values) {
    effects.add(new Effect.Log(String.format(Locale.ROOT, format, values)));
  }
}
