package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet;
import io.coterie.orchestrator.leader.Lease;
import io.coterie.orchestrator.rollout.Tracking;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Rollout;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Everything the orchestrator knows. Immutable.
 *
 * @param lease whether this orchestrator leads; until then, it adopts what it hears
 * @param epoch highest used or seen
 * @param collectUntilNs end of the phase {@link Phase#COLLECTING}
 * @param replanAtNs when boards that joined, or have not come back, are to be planned for
 * @param brokerRemembers whether a plan or an assignment was heard since the connection stands
 * @param specs wanted deployments, by name
 * @param heardSpecs names of those that the broker has told of since the connection stands
 * @param manifests by digest
 * @param refused why a bundle cannot be used, by digest
 * @param plans in force, by deployment
 * @param assignments in force, by agent
 * @param learning of the boards, from their reports and losses
 * @param handover for the usual broker, from leading a broker of its own
 * @param running the specs that the plans in force were made for, by deployment
 * @param tracking what is seen of roll-outs in stages, by deployment
 */
public record State(
    Lease lease,
    long epoch,
    Phase phase,
    long collectUntilNs,
    OptionalLong replanAtNs,
    boolean brokerRemembers,
    Fleet fleet,
    SortedMap<String, DeploymentSpec> specs,
    Set<String> heardSpecs,
    Map<String, Manifest> manifests,
    Map<String, String> refused,
    SortedMap<String, PlanMessage> plans,
    SortedMap<String, Assignment> assignments,
    Learning learning,
    SpecHandover handover,
    SortedMap<String, DeploymentSpec> running,
    SortedMap<String, Tracking> tracking) {
  public State {
    specs = sorted(specs);
    heardSpecs = Set.copyOf(heardSpecs);
    manifests = Map.copyOf(manifests);
    refused = Map.copyOf(refused);
    plans = sorted(plans);
    assignments = sorted(assignments);
    running = sorted(running);
    tracking = sorted(tracking);
  }

  /** Where the orchestrator stands with its broker. */
  public enum Phase {
    /** No connection: nothing is decided. */
    DISCONNECTED,
    /** Connected lately: retained messages come in, nothing is decided yet. */
    COLLECTING,
    /** Another orchestrator decides; this one keeps ready. */
    FOLLOWING,
    /** Leading and deciding. */
    READY
  }

  /**
   * Before the first connection.
   *
   * @param id name of this orchestrator, the same after a restart
   * @param floor terms are above it, and above those of earlier runs; such as the clock's
   *     milliseconds, for runs that kept nothing
   * @param persisted by an earlier run
   */
  public static State initial(String id, long floor, PersistedState persisted) {
    return new State(
        Lease.initial(id, Math.max(floor, persisted.term())),
        persisted.epoch(),
        Phase.DISCONNECTED,
        0,
        OptionalLong.empty(),
        false,
        Fleet.EMPTY,
        new TreeMap<>(persisted.deployments()),
        Set.of(),
        Map.of(),
        Map.of(),
        new TreeMap<>(persisted.plans()),
        new TreeMap<>(persisted.assignments()),
        Learning.from(persisted.learnt()),
        SpecHandover.NONE,
        new TreeMap<>(persisted.running()),
        new TreeMap<>());
  }

  /** The same with other fields. */
  State with(Consumer<Builder> change) {
    Builder next = new Builder(this);
    change.accept(next);
    return next.build();
  }

  /** A map with one more entry, or another value for it. */
  static <V> SortedMap<String, V> with(SortedMap<String, V> map, String key, V value) {
    SortedMap<String, V> next = new TreeMap<>(map);
    next.put(key, value);
    return next;
  }

  /** A map without an entry. */
  static <V> SortedMap<String, V> without(SortedMap<String, V> map, String key) {
    SortedMap<String, V> next = new TreeMap<>(map);
    next.remove(key);
    return next;
  }

  /** Name of this orchestrator. */
  String id() {
    return lease.id();
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

  /** The term under which this orchestrator leads, or would. */
  public long term() {
    return lease.term();
  }

  /** What the next run needs. */
  public PersistedState persisted() {
    return new PersistedState(
        specs, plans, assignments, lease.highest(), epoch, learning.kept(), running);
  }

  /** What the next run needs, to the last report: for an orchestrator that ends in good order. */
  public PersistedState keptAtEnd() {
    return new PersistedState(
        specs, plans, assignments, lease.highest(), epoch, learning.learnt(), running);
  }

  /** When the next {@link Input.Tick} has something to do, apart from looking for silent agents. */
  public OptionalLong dueNs() {
    OptionalLong own = phase == Phase.COLLECTING ? OptionalLong.of(collectUntilNs) : replanAtNs;
    if (own.isEmpty() || lease.dueNs().isEmpty()) {
      return own.isEmpty() ? lease.dueNs() : own;
    }
    return own.getAsLong() - lease.dueNs().getAsLong() < 0 ? own : lease.dueNs();
  }

  private static <V> SortedMap<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  /** The fields of the next state; maps in it are replaced, never changed. */
  static final class Builder {
    Lease lease;
    long epoch;
    Phase phase;
    long collectUntilNs;
    OptionalLong replanAtNs;
    boolean brokerRemembers;
    Fleet fleet;
    SortedMap<String, DeploymentSpec> specs;
    Set<String> heardSpecs;
    Map<String, Manifest> manifests;
    Map<String, String> refused;
    SortedMap<String, PlanMessage> plans;
    SortedMap<String, Assignment> assignments;
    Learning learning;
    SpecHandover handover;
    SortedMap<String, DeploymentSpec> running;
    SortedMap<String, Tracking> tracking;

    private Builder(State state) {
      lease = state.lease;
      epoch = state.epoch;
      phase = state.phase;
      collectUntilNs = state.collectUntilNs;
      replanAtNs = state.replanAtNs;
      brokerRemembers = state.brokerRemembers;
      fleet = state.fleet;
      specs = state.specs;
      heardSpecs = state.heardSpecs;
      manifests = state.manifests;
      refused = state.refused;
      plans = state.plans;
      assignments = state.assignments;
      learning = state.learning;
      handover = state.handover;
      running = state.running;
      tracking = state.tracking;
    }

    private State build() {
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
  }
}
