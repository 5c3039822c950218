package io.coterie.orchestrator.deployment;

import io.coterie.orchestrator.leader.Lease;
import io.coterie.orchestrator.membership.Fleet;
import io.coterie.orchestrator.rollout.Tracking;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

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
}
