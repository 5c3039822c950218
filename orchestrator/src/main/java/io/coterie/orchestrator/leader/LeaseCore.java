package io.coterie.orchestrator.leader;

import io.coterie.orchestrator.leader.Lease.Role;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import java.util.List;
import java.util.Optional;

/**
 * Decides who leads, with nothing but one retained topic, on which a leader or claimant says that
 * it is there, and the broker that it is gone. A pure function of lease, input and time.
 *
 * <pre>
 * AWAY      --connected--> FOLLOWER          claims 0.2 s later, or 0.05 s if it led before
 * AWAY      --connected, alone--> LEADER
 * FOLLOWER  --somebody leads or claims--> FOLLOWER     follows, claims if unheard of for 7 s
 * FOLLOWER  --leader gone--> FOLLOWER        claims 0.1 s later: a late will is contradicted by then
 * FOLLOWER  --time--> CANDIDATE              says so
 * CANDIDATE --0.3 s, no better claim--> LEADER : Won    under a term above all it heard of
 * CANDIDATE --0.3 s, own claim not heard--> CANDIDATE   says so again
 * CANDIDATE, LEADER --better claim--> FOLLOWER : Lost, if it led
 * CANDIDATE, LEADER --anything else on the topic--> same       says so again, a leader twice
 * LEADER    --every 2 s--> LEADER            says so again
 * LEADER    --higher term elsewhere--> LEADER, above it : Raised
 * any       --disconnected--> AWAY
 * </pre>
 *
 * <p>Of two orchestrators with one name, the one that was started later has the better claim,
 * whatever their terms. Else the better claim is the one with the higher term; of equal terms,
 * which {@link Terms} makes rare, the one with the later name. A claim names the term of the
 * claimant's last lead: so nobody takes the lead from one who has it only by hearing of its term
 * elsewhere. A broker tells all its clients of the claims in one order: a candidate that has heard
 * its own has heard all that came before it, however slow the network or the machine.
 */
public final class LeaseCore {
  static final long LISTEN_NS = 200_000_000L;
  static final long RETURN_NS = 50_000_000L;
  static final long GONE_NS = 100_000_000L;
  static final long CLAIM_NS = 300_000_000L;
  static final long RENEW_NS = 2_000_000_000L;

  /** Three renewals that did not come: for leaders whose will was lost with their broker. */
  static final long SILENCE_NS = 7_000_000_000L;

  private LeaseCore() {}

  /** An input of the core. */
  public sealed interface Input {}

  /**
   * The connection is established.
   *
   * @param alone whether nobody else can be at this broker yet, so that no claim is needed
   */
  public record Connected(boolean alone) implements Input {}

  /** The connection is lost. */
  public record Disconnected() implements Input {}

  /** A state of an orchestrator arrived: published by it, its will, or a retained message. */
  public record StateHeard(OrchestratorState state) implements Input {}

  /** A message of another orchestrator carries this term. */
  public record TermHeard(long term) implements Input {}

  /** Time has passed. */
  public record Tick() implements Input {}

  /** A consequence of an input. */
  public sealed interface Event {}

  /** This state is to be published on the orchestrator's topic. */
  public record Announce(OrchestratorState state) implements Event {}

  /** This orchestrator leads from now on. */
  public record Won() implements Event {}

  /** This orchestrator does not lead any more. */
  public record Lost(OrchestratorState leader) implements Event {}

  /** This orchestrator continues to lead under a higher term. */
  public record Raised() implements Event {}

  /** The new lease and the events, in order. */
  public record Decision(Lease lease, List<Event> events) {
    public Decision {
      events = List.copyOf(events);
    }
  }

  /** Decides what an input means. */
  public static Decision decide(Lease lease, Input input, long nowNs) {
    if (input instanceof Connected connected) {
      return connected(lease, connected.alone(), nowNs);
    }
    if (input instanceof Disconnected) {
      return new Decision(lease.away(), List.of());
    }
    if (input instanceof TermHeard heard) {
      return heard.term() > Check.ABSURD
          ? same(lease)
          : settled(lease.heardOf(heard.term()), nowNs);
    }
    if (input instanceof StateHeard heard) {
      boolean usable = heard.state().term() <= Check.ABSURD && lease.role() != Role.AWAY;
      return usable ? stateHeard(lease, heard.state(), nowNs) : same(lease);
    }
    boolean due = lease.dueNs().isPresent() && nowNs - lease.dueNs().getAsLong() >= 0;
    return due ? due(lease, nowNs) : same(lease);
  }

  private static Decision connected(Lease lease, boolean alone, long nowNs) {
    if (alone) {
      return new Decision(lease.leading(nowNs + RENEW_NS), List.of(new Won()));
    }
    long waitNs = lease.returns() ? RETURN_NS : LISTEN_NS;
    return same(lease.following(Optional.empty(), nowNs + waitNs));
  }

  private static Decision due(Lease lease, long nowNs) {
    return switch (lease.role()) {
      case AWAY -> same(lease);
      case FOLLOWER ->
          announced(lease.following(Optional.empty(), 0).as(Role.CANDIDATE, nowNs + CLAIM_NS));
      case CANDIDATE ->
          lease.claimHeard()
              ? new Decision(lease.leading(nowNs + RENEW_NS), List.of(new Won()))
              : announced(lease.as(Role.CANDIDATE, nowNs + CLAIM_NS));
      case LEADER -> announced(lease.as(Role.LEADER, nowNs + RENEW_NS));
    };
  }

  private static Decision stateHeard(Lease lease, OrchestratorState state, long nowNs) {
    boolean online = state.state() == Availability.ONLINE;
    if (lease.isNamesake(state) && state.incarnation() < lease.incarnation()) {
      return elderHeard(lease, state, nowNs);
    }
    if (lease.role() == Role.CANDIDATE && lease.isOwn(state)) {
      return same(lease.heardOf(state.term()).withClaimHeard());
    }
    if (state.id().equals(lease.id()) && !lease.isNamesake(state)) {
      Lease next = lease.heardOf(state.term());
      // The will of an earlier connection came late.
      return online || !lease.claims() ? settled(next, nowNs) : contradicted(next, nowNs);
    }
    if (lease.claims()) {
      return objected(lease.heardOf(state.term()), state, online, nowNs);
    }
    Lease next = lease.heardOf(state.term());
    boolean ofLeader = lease.leader().filter(known -> known.id().equals(state.id())).isPresent();
    boolean better = lease.leader().filter(known -> !beats(state, known)).isEmpty();
    if (online && (ofLeader || better)) {
      return same(next.following(Optional.of(state), nowNs + SILENCE_NS));
    }
    return same(!online && ofLeader ? next.following(Optional.empty(), nowNs + GONE_NS) : next);
  }

  /**
   * An orchestrator of this name that was started earlier, or its will: the younger wins. It is not
   * followed, and gives way as soon as it hears of this one.
   */
  private static Decision elderHeard(Lease lease, OrchestratorState elder, long nowNs) {
    // Namesakes share their terms: one that the other uses is not free any more.
    boolean same = elder.term() == lease.term();
    Lease next = lease.heardOf(same ? elder.term() + 1 : elder.term());
    return lease.claims() ? contradicted(next, nowNs) : same(next);
  }

  private static Decision objected(
      Lease lease, OrchestratorState other, boolean online, long nowNs) {
    boolean better = lease.isNamesake(other) || beats(other, lease.announcement());
    if (!online || !better) {
      return contradicted(lease, nowNs);
    }
    Lease next = lease.following(Optional.of(other), nowNs + SILENCE_NS);
    return new Decision(next, lease.leads() ? List.of(new Lost(other)) : List.of());
  }

  /** What we said is not what is retained any more. */
  private static Decision contradicted(Lease lease, long nowNs) {
    return lease.leads() && lease.isTaken() ? settled(lease, nowNs) : insist(lease, nowNs);
  }

  /** Now, and soon again: a broker may retain a will a moment after it told of it. */
  private static Decision insist(Lease lease, long nowNs) {
    return announced(lease.leads() ? lease.as(Role.LEADER, nowNs + GONE_NS) : lease);
  }

  /** A leader stays above every term that was heard of. */
  private static Decision settled(Lease lease, long nowNs) {
    if (!lease.leads() || !lease.isTaken()) {
      return same(lease);
    }
    Lease raised = lease.leading(nowNs + GONE_NS);
    return new Decision(raised, List.of(new Announce(raised.announcement()), new Raised()));
  }

  private static boolean beats(OrchestratorState one, OrchestratorState other) {
    return one.term() != other.term()
        ? one.term() > other.term()
        : one.id().compareTo(other.id()) > 0;
  }

  private static Decision announced(Lease lease) {
    return new Decision(lease, List.of(new Announce(lease.announcement())));
  }

  private static Decision same(Lease lease) {
    return new Decision(lease, List.of());
  }
}
