package io.coterie.client.fleet;

import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All known agents by name. Immutable. */
public record Fleet(SortedMap<String, Member> members) {
  /** A fleet without agents. */
  public static final Fleet EMPTY = new Fleet(new TreeMap<>());

  public Fleet {
    members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
  }

  /**
   * What is known of an agent.
   *
   * @param state the last one that was not out of date
   * @param heardNs when the agent last gave a sign of life
   * @param silent whether that is too long ago
   */
  public record Member(
      String id,
      Optional<AgentState> state,
      Optional<Capability> capability,
      long heardNs,
      boolean silent) {
    /** Whether the agent takes part: online, not silent, and its capability is known. */
    public boolean online() {
      return capability.isPresent() && is(Availability.ONLINE) && !silent;
    }

    /** Whether the agent listens to its assignments. */
    public boolean reachable() {
      return is(Availability.ONLINE) || is(Availability.DRAINING);
    }

    private boolean is(Availability availability) {
      return state.map(known -> known.state() == availability).orElse(false);
    }

    long incarnation() {
      return Math.max(
          state.map(AgentState::incarnation).orElse(0L),
          capability.map(Capability::incarnation).orElse(0L));
    }

    Member with(AgentState newState, long nowNs) {
      return new Member(id, Optional.of(newState), capability, nowNs, false);
    }

    Member with(Capability newCapability, long nowNs) {
      return new Member(id, state, Optional.of(newCapability), nowNs, false);
    }

    Member heard(long nowNs) {
      return new Member(id, state, capability, nowNs, false);
    }

    Member fallenSilent() {
      return new Member(id, state, capability, heardNs, true);
    }

    Member withoutState() {
      return new Member(id, Optional.empty(), capability, heardNs, silent);
    }

    Member withoutCapability() {
      return new Member(id, state, Optional.empty(), heardNs, silent);
    }
  }

  /** The agents that take part, by name. */
  public List<Member> online() {
    return members.values().stream().filter(Member::online).toList();
  }

  /** Whether the agent, or the broker for it, has told its state. */
  public boolean knowsStateOf(String id) {
    return member(id).state().isPresent();
  }

  /** Whether the agent takes part. */
  public boolean isOnline(String id) {
    return member(id).online();
  }

  /** Whether the agent is draining: connected, but told to take no part. */
  public boolean isDraining(String id) {
    Member member = member(id);
    return !member.silent()
        && member.state().filter(s -> s.state() == Availability.DRAINING).isPresent();
  }

  /** The agent's newest incarnation; 0 for an unknown one. */
  public long incarnation(String id) {
    return member(id).incarnation();
  }

  /** What the agent last said it can do. */
  public Optional<Capability> capability(String id) {
    return member(id).capability();
  }

  /** What is known of the agent; nothing but its name for an unknown one. */
  public Member member(String id) {
    return members.getOrDefault(id, new Member(id, Optional.empty(), Optional.empty(), 0, false));
  }

  Fleet with(Member member) {
    SortedMap<String, Member> all = new TreeMap<>(members);
    if (member.state().isEmpty() && member.capability().isEmpty()) {
      all.remove(member.id());
    } else {
      all.put(member.id(), member);
    }
    return new Fleet(all);
  }

  Fleet with(Collection<Member> changed) {
    SortedMap<String, Member> all = new TreeMap<>(members);
    changed.forEach(member -> all.put(member.id(), member));
    return new Fleet(all);
  }
}
