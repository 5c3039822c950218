package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.Membership.CapabilityHeard;
import io.coterie.client.fleet.Membership.StateHeard;
import io.coterie.orchestrator.leader.Lease;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.PlanMessage;
import java.util.ArrayList;
import java.util.List;

/** Feeds the core and keeps what comes out; time passes only when told. */
final class Replay {
  static final long MS = 1_000_000;

  State state = State.initial("hub", 100, PersistedState.NOTHING);
  long nowNs = 5_000 * MS;

  /** Effects of the last call. */
  List<Effect> effects = List.of();

  void input(Input input) {
    inputs(List.of(input));
  }

  /** All of them at once. */
  void inputs(List<Input> inputs) {
    DeploymentCore.Decision decision = DeploymentCore.decide(state, inputs, nowNs);
    state = decision.state();
    effects = decision.effects();
    if (state.lease().role() == Lease.Role.CANDIDATE
        && !effects(Effect.PublishState.class).isEmpty()) {
      state = echoed(effects(Effect.PublishState.class).get(0));
    }
  }

  /** The broker tells a candidate of its own claim. */
  private State echoed(Effect.PublishState claim) {
    Input echo = new Input.OrchestratorHeard(claim.state());
    return DeploymentCore.decide(state, List.of(echo), nowNs).state();
  }

  /** Time passes, with a tick whenever one is due, and one at the end. */
  void after(long milliseconds) {
    long endNs = nowNs + milliseconds * MS;
    while (state.dueNs().isPresent() && state.dueNs().getAsLong() - endNs < 0) {
      nowNs = Math.max(nowNs, state.dueNs().getAsLong());
      input(new Input.Tick());
    }
    nowNs = endNs;
    input(new Input.Tick());
  }

  /** Connected, with nothing retained, and done collecting. */
  Replay ready() {
    input(new Input.Connected());
    after(500);
    return this;
  }

  void online(String agent) {
    online(agent, Fixtures.capability(1));
  }

  void online(String agent, Capability capability) {
    input(new Input.AgentHeard(new CapabilityHeard(agent, capability)));
    state(agent, Availability.ONLINE, capability.incarnation());
  }

  void state(String agent, Availability availability, long incarnation) {
    input(new Input.AgentHeard(new StateHeard(agent, new AgentState(availability, incarnation))));
  }

  void deploy(String name, Manifest manifest, double success) {
    List<Effect> all = new ArrayList<>();
    input(new Input.SpecHeard(name, Fixtures.spec(manifest, success)));
    all.addAll(effects);
    input(new Input.ManifestReady(Fixtures.digest(manifest), manifest));
    all.addAll(effects);
    effects = all;
  }

  PlanMessage plan(String name) {
    return state.plans().get(name);
  }

  Assignment assignment(String agent) {
    return state.assignments().get(agent);
  }

  <T extends Effect> List<T> effects(Class<T> type) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Agents that got an assignment in the last call. */
  List<String> assigned() {
    return effects(Effect.PublishAssignment.class).stream()
        .map(Effect.PublishAssignment::agent)
        .toList();
  }

  /** From nothing to a complete plan of the deployment {@code cam} on these boards. */
  void running(Manifest manifest, String... agents) {
    ready();
    for (String agent : agents) {
      online(agent);
    }
    deploy("cam", manifest, 0.9);
    assertTrue(plan("cam").complete(), () -> plan("cam").toString());
  }
}
