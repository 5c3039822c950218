package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.deployment.State.Phase;
import io.coterie.orchestrator.membership.Fleet;
import io.coterie.orchestrator.membership.Membership;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The next state while it is being decided; lives for one decision. */
final class Draft {
  private final long nowNs;
  private final List<Effect> effects = new ArrayList<>();

  private final String id;
  private long term;
  private long epoch;
  private boolean announced;
  private Phase phase;
  private long collectUntilNs;
  private OptionalLong replanAtNs;
  private boolean brokerRemembers;
  private Fleet fleet;
  private final SortedMap<String, DeploymentSpec> specs;
  private final Set<String> heardSpecs;
  private final Map<String, Manifest> manifests;
  private final Map<String, String> refused;
  private final SortedMap<String, PlanMessage> plans;
  private final SortedMap<String, Assignment> assignments;
  private final Map<Measurement, Double> measuredSeconds;

  Draft(State state, long nowNs) {
    this.nowNs = nowNs;
    id = state.id();
    term = state.term();
    epoch = state.epoch();
    announced = state.announced();
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
    measuredSeconds = new HashMap<>(state.measuredSeconds());
  }

  DeploymentCore.Decision decision() {
    return new DeploymentCore.Decision(state(), effects);
  }

  private State state() {
    return new State(
        id,
        term,
        epoch,
        announced,
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
        measuredSeconds);
  }

  void connected() {
    phase = Phase.COLLECTING;
    collectUntilNs = nowNs + DeploymentCore.COLLECT_NS;
    brokerRemembers = false;
    heardSpecs.clear();
    membership(new Membership.Reconnected());
    bundles().stream().filter(digest -> !manifests.containsKey(digest)).forEach(this::fetch);
  }

  void disconnected() {
    phase = Phase.DISCONNECTED;
    replanAtNs = OptionalLong.empty();
  }

  void tick() {
    if (phase == Phase.COLLECTING && nowNs - collectUntilNs >= 0) {
      collected();
    } else if (phase == Phase.READY) {
      membership(new Membership.Tick());
      if (replanAtNs.isPresent() && nowNs - replanAtNs.getAsLong() >= 0) {
        replan();
      }
    }
  }

  private void collected() {
    phase = Phase.READY;
    announced = true;
    announceSelf();
    if (brokerRemembers) {
      // What the broker has not told of was removed while we were away.
      specs.keySet().retainAll(heardSpecs);
    } else {
      announceWishes();
    }
    // The last of these may have got lost with the connection; repeats are harmless.
    assignments.forEach(
        (agent, assignment) -> effects.add(new Effect.PublishAssignment(agent, assignment)));
    plans.forEach((name, plan) -> effects.add(new Effect.PublishPlan(name, plan)));
    if (expectsAgents()) {
      replanAtNs = OptionalLong.of(nowNs + DeploymentCore.EXPECT_NS);
    } else {
      replan();
    }
  }

  /** Whether an agent of a plan has not been heard of yet: it may be on its way back. */
  private boolean expectsAgents() {
    return plans.values().stream()
        .flatMap(
            plan ->
                Stream.concat(
                    Stream.of(plan.fuser()),
                    plan.groups().stream().flatMap(group -> group.agents().stream())))
        .anyMatch(agent -> !agent.isEmpty() && !fleet.knowsStateOf(agent));
  }

  private void announceSelf() {
    effects.add(new Effect.PublishState(new OrchestratorState(Availability.ONLINE, term, id)));
    log(
        "ready: orchestrator=%s term=%d epoch=%d brokerRemembers=%s",
        id, term, epoch, brokerRemembers);
  }

  private void announceWishes() {
    bundles().forEach(digest -> effects.add(new Effect.PublishBundle(digest)));
    specs.forEach(
        (name, spec) -> {
          if (!heardSpecs.contains(name)) {
            effects.add(new Effect.PublishSpec(name, spec));
          }
        });
  }

  private Set<String> bundles() {
    Set<String> digests = new LinkedHashSet<>();
    specs.values().forEach(spec -> digests.add(spec.bundle()));
    return digests;
  }

  void agentHeard(Membership.Input what) {
    if (what instanceof Membership.CapabilityHeard heard) {
      Capability capability = heard.capability();
      seen(capability.term(), capability.epoch());
    }
    membership(what);
  }

  private void membership(Membership.Input input) {
    Membership.Decision decision = Membership.decide(fleet, input, nowNs);
    fleet = decision.fleet();
    for (Membership.Event event : decision.events()) {
      if (event instanceof Membership.Joined joined) {
        log("agent joined: agent=%s incarnation=%d", joined.id(), joined.incarnation());
        replanSoon();
      } else if (event instanceof Membership.Changed) {
        replanSoon();
      } else if (event instanceof Membership.Left left) {
        log("agent left: agent=%s reason=%s", left.id(), left.reason());
        replanNow();
      } else if (event instanceof Membership.Ignored ignored) {
        log("out of date, ignored: agent=%s reason=%s", ignored.id(), ignored.reason());
      }
    }
  }

  void reportHeard(String agent, Report report) {
    membership(new Membership.Heard(agent, report.incarnation()));
    measuredSeconds.putAll(Measurements.of(agent, report, manifests));
  }

  void specHeard(String deployment, DeploymentSpec spec) {
    heardSpecs.add(deployment);
    if (spec.equals(specs.put(deployment, spec))) {
      return;
    }
    log("spec: deployment=%s bundle=%s", deployment, spec.bundle());
    if (!manifests.containsKey(spec.bundle())) {
      fetch(spec.bundle());
    }
    replanNow();
  }

  private void fetch(String digest) {
    effects.add(new Effect.FetchBundle(digest));
  }

  void specRemoved(String deployment) {
    heardSpecs.remove(deployment);
    if (specs.remove(deployment) != null) {
      log("spec removed: deployment=%s", deployment);
      replanNow();
    }
  }

  void manifestReady(String digest, Manifest manifest) {
    refused.remove(digest);
    if (manifests.put(digest, manifest) == null) {
      replanNow();
    }
  }

  void manifestRefused(String digest, String reason) {
    refused.put(digest, reason);
    replanNow();
  }

  void planHeard(String deployment, PlanMessage plan) {
    seen(plan.term(), plan.epoch());
    PlanMessage known = plans.get(deployment);
    if (!announced && (known == null || known.epoch() <= plan.epoch())) {
      plans.put(deployment, plan);
    }
  }

  void assignmentHeard(String agent, Assignment assignment) {
    seen(assignment.term(), assignment.epoch());
    Assignment known = assignments.get(agent);
    if (!announced && (known == null || known.epoch() <= assignment.epoch())) {
      assignments.put(agent, assignment);
    }
  }

  void orchestratorHeard(OrchestratorState heard) {
    boolean mine = heard.id().equals(id);
    if (mine && phase == Phase.COLLECTING) {
      brokerRemembers = true;
    }
    if (mine && phase == Phase.READY && heard.state() != Availability.ONLINE) {
      // The will of an earlier connection came late.
      announceSelf();
    }
    if (!mine && heard.state() == Availability.ONLINE) {
      log("another orchestrator is online: id=%s term=%d mine=%d", heard.id(), heard.term(), term);
    }
    seen(heard.term(), 0);
  }

  /** Keeps our term and epoch above every one that is around. */
  private void seen(long otherTerm, long otherEpoch) {
    if (otherTerm > Check.ABSURD || otherEpoch > Check.ABSURD) {
      log("absurd, ignored: term=%d epoch=%d", otherTerm, otherEpoch);
      return;
    }
    epoch = Math.max(epoch, otherEpoch);
    if (otherTerm > term || (otherTerm == term && !announced)) {
      log("term raised: old=%d new=%d", term, otherTerm + 1);
      term = otherTerm + 1;
      if (phase == Phase.READY) {
        announceSelf();
        replanSoon();
      }
    }
  }

  private void replanSoon() {
    long soonNs = nowNs + DeploymentCore.SETTLE_NS;
    boolean waits = replanAtNs.isPresent() && expectsAgents();
    boolean sooner = replanAtNs.isEmpty() || soonNs - replanAtNs.getAsLong() < 0;
    if (phase == Phase.READY && !waits && sooner) {
      replanAtNs = OptionalLong.of(soonNs);
    }
  }

  private void replanNow() {
    if (phase == Phase.READY) {
      replan();
    }
  }

  private void replan() {
    replanAtNs = OptionalLong.empty();
    Replan replan = new Replan(state());
    effects.addAll(replan.effects());
    epoch = replan.epoch();
    plans.clear();
    plans.putAll(replan.plans());
    assignments.putAll(replan.assignments());
  }

  private void log(String format, Object... values) {
    effects.add(new Effect.Log(String.format(Locale.ROOT, format, values)));
  }
}
