package io.coterie.orchestrator.leader;

import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one orchestrator knows of the lease. Immutable.
 *
 * @param id name of this orchestrator
 * @param incarnation of this run; rises with every start of an orchestrator of this name
 * @param term under which it leads, or would; never falls
 * @param led highest term under which it has led, 0 for never
 * @param seen highest term that was heard of
 * @param spoken whether anybody may know {@code term} already
 * @param leader whom it follows; empty where nobody leads, or it does itself
 * @param claimHeard whether the broker has told of this candidate's claim, and so of all before it
 * @param returns whether it led when its connection went
 * @param dueNs when the next {@link LeaseCore.Tick} has something to do; empty while away
 */
public record Lease(
    String id,
    long incarnation,
    long term,
    long led,
    long seen,
    boolean spoken,
    Role role,
    Optional<OrchestratorState> leader,
    boolean claimHeard,
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
        Math.max(1, floor),
        Terms.above(id, floor),
        0,
        0,
        false,
        Role.AWAY,
        Optional.empty(),
        false,
        false,
        OptionalLong.empty());
  }

  /** Whether the state is what this run of this orchestrator said. */
  boolean isOwn(OrchestratorState state) {
    return state.id().equals(id)
        && state.state() == Availability.ONLINE
        && state.incarnation() == incarnation;
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
    return new OrchestratorState(Availability.ONLINE, leads() ? term : claim, id, incarnation);
  }

  /** Whether the state is of another orchestrator that has the name of this one. */
  boolean isNamesake(OrchestratorState state) {
    return state.id().equals(id) && state.incarnation() != 0 && state.incarnation() != incarnation;
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
    Builder next = new Builder(this);
    next.role = newRole;
    next.claimHeard = false;
    next.returns = false;
    next.dueNs = OptionalLong.of(newDueNs);
    return next.build();
  }

  Lease away() {
    Builder next = new Builder(this);
    next.role = Role.AWAY;
    next.leader = Optional.empty();
    next.returns = leads();
    next.dueNs = OptionalLong.empty();
    return next.build();
  }

  Lease following(Optional<OrchestratorState> newLeader, long newDueNs) {
    Builder next = new Builder(this);
    next.role = Role.FOLLOWER;
    next.leader = newLeader;
    next.returns = false;
    next.dueNs = OptionalLong.of(newDueNs);
    return next.build();
  }

  Lease heardOf(long otherTerm) {
    Builder next = new Builder(this);
    next.seen = Math.max(seen, otherTerm);
    return next.build();
  }

  Lease withClaimHeard() {
    Builder next = new Builder(this);
    next.claimHeard = true;
    return next.build();
  }

  /** Leads, under a term that is free. */
  Lease leading(long newDueNs) {
    long free = isTaken() ? Terms.above(id, highest()) : term;
    Builder next = new Builder(this);
    next.term = free;
    next.led = free;
    next.spoken = true;
    next.role = Role.LEADER;
    next.leader = Optional.empty();
    next.returns = false;
    next.dueNs = OptionalLong.of(newDueNs);
    return next.build();
  }

  /** The fields of the next lease. */
  private static final class Builder {
    private final String id;
    private final long incarnation;
    private long term;
    private long led;
    private long seen;
    private boolean spoken;
    private Role role;
    private Optional<OrchestratorState> leader;
    private boolean claimHeard;
    private boolean returns;
    private OptionalLong dueNs;

    Builder(Lease lease) {
      id = lease.id;
      incarnation = lease.incarnation;
      term = lease.term;
      led = lease.led;
      seen = lease.seen;
      spoken = lease.spoken;
      role = lease.role;
      leader = lease.leader;
      claimHeard = lease.claimHeard;
      returns = lease.returns;
      dueNs = lease.dueNs;
    }

    Lease build() {
      return new Lease(
          id, incarnation, term, led, seen, spoken, role, leader, claimHeard, returns, dueNs);
    }
  }
}
