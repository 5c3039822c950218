package io.coterie.orchestrator.leader;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one orchestrator knows of the lease. Immutable.
 *
 * @param id name of this orchestrator
 * @param term under which it leads, or would; never falls
 * @param led highest term under which it has led, 0 for never
 * @param seen highest term that was heard of
 * @param spoken whether anybody may know {@code term} already
 * @param leader whom it follows; empty where nobody leads, or it does itself
 * @param returns whether it led when its connection went
 * @param dueNs when the next {@link LeaseCore.Tick} has something to do; empty while away
 */
public record Lease(
    String id,
    long term,
    long led,
    long seen,
    boolean spoken,
    Role role,
    Optional<OrchestratorState> leader,
    boolean returns,
    OptionalLong dueNs) {

  /** The role of an orchestrator with respect to the lease. */
  public enum Role {
    /** Not connected. */
    AWAY,
    /** Follows the leader and is ready to take over. */
    FOLLOWER,
    /** Has published a claim and waits for a better one. */
    CANDIDATE,
    /** Leads: makes and publishes plans. */
    LEADER
  }

  /**
   * The lease before the first connection.
   *
   * @param floor terms are above it: the highest of earlier runs, or the clock's milliseconds
   */
  public static Lease initial(String id, long floor) {
    return new Lease(
        id,
        Terms.above(id, floor),
        0,
        0,
        false,
        Role.AWAY,
        Optional.empty(),
        false,
        OptionalLong.empty());
  }

  /** Whether this orchestrator leads. */
  public boolean leads() {
    return role == Role.LEADER;
  }

  /**
   * What it says of itself. A leader names its term. A claim names the term of its last lead, or
   * less than any: whoever leads at that time has a better one, even where the claimant has heard
   * of its term but not yet of itself.
   */
  public OrchestratorState announcement() {
    long claim = led > 0 ? led : Terms.above(id, 0);
    return new OrchestratorState(Availability.ONLINE, leads() ? term : claim, id);
  }

  /** Highest term used or heard of. */
  public long highest() {
    return Math.max(term, seen);
  }

  boolean claims() {
    return role == Role.CANDIDATE || role == Role.LEADER;
  }

  /** Whether the term is taken, by another or by an earlier run of this one. */
  boolean isTaken() {
    return spoken ? term < seen : term <= seen;
  }

  Lease as(Role newRole, long newDueNs) {
    return new Lease(
        id, term, led, seen, spoken, newRole, leader, false, OptionalLong.of(newDueNs));
  }

  Lease away() {
    return new Lease(
        id, term, led, seen, spoken, Role.AWAY, Optional.empty(), leads(), OptionalLong.empty());
  }

  Lease following(Optional<OrchestratorState> newLeader, long newDueNs) {
    return new Lease(
        id, term, led, seen, spoken, Role.FOLLOWER, newLeader, false, OptionalLong.of(newDueNs));
  }

  Lease heardOf(long otherTerm) {
    return new Lease(
        id, term, led, Math.max(seen, otherTerm), spoken, role, leader, returns, dueNs);
  }

  /** Leads, under a term that is free. */
  Lease leading(long newDueNs) {
    long free = isTaken() ? Terms.above(id, highest()) : term;
    return new Lease(
        id,
        free,
        free,
        seen,
        true,
        Role.LEADER,
        Optional.empty(),
        false,
        OptionalLong.of(newDueNs));
  }
}
