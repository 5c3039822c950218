package io.coterie.client.fleet;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Decides who takes part. A pure function of fleet, input and time.
 *
 * <pre>
 * away   --online, and capability known--> online : Joined
 * online --capability changed--> online           : Changed
 * away   --draining--> away                       : Changed
 * online --draining, stopped, offline, cleared--> away : Left
 * online --silent for {@value #SILENCE_SECONDS} s--> away : Left
 * any    --moved, its process lost--> away        : Left
 * silent --any sign of life--> online             : Joined
 * any    --older incarnation--> same              : Ignored
 * </pre>
 *
 * <p>The silence rule finds agents whose will was lost together with their broker.
 */
public final class Membership {
  /** The silence after which an agent is lost: four missing reports. */
  static final long SILENCE_SECONDS = 20;

  private static final long SILENCE_NS = SILENCE_SECONDS * 1_000_000_000L;

  /** The silence after a change of broker, which boards complete faster than this. */
  private static final long MOVE_NS = 5_000_000_000L;

  private Membership() {}

  /** An input of the core. */
  public sealed interface Input {}

  /** A state of an agent arrived: published by it, or its will. */
  public record StateHeard(String id, AgentState state) implements Input {}

  /** An agent's state was cleared. */
  public record StateCleared(String id) implements Input {}

  /** An agent's capability. */
  public record CapabilityHeard(String id, Capability capability) implements Input {}

  /** An agent's capability was cleared. */
  public record CapabilityCleared(String id) implements Input {}

  /** A report or another sign of life. */
  public record Heard(String id, long incarnation) implements Input {}

  /** The connection is established again. Silence while it was lost does not count. */
  public record Reconnected() implements Input {}

  /**
   * Everybody moves to another broker, where each has a moment to be heard.
   *
   * @param lost agents that were in the process of the broker that is gone
   */
  public record Moved(Set<String> lost) implements Input {
    public Moved {
      lost = Set.copyOf(lost);
    }
  }

  /** Time has passed. */
  public record Tick() implements Input {}

  /** A consequence of an input. */
  public sealed interface Event {}

  /** An agent takes part from now on. */
  public record Joined(String id, long incarnation) implements Event {}

  /** An agent can do something else than before, has started anew, or drains. */
  public record Changed(String id) implements Event {}

  /** An agent does not take part any more. */
  public record Left(String id, String reason) implements Event {}

  /** The input was out of date. */
  public record Ignored(String id, String reason) implements Event {}

  /** The new fleet and the events, in order. */
  public record Decision(Fleet fleet, List<Event> events) {
    public Decision {
      events = List.copyOf(events);
    }
  }

  /** Decides what an input means. */
  public static Decision decide(Fleet fleet, Input input, long nowNs) {
    if (input instanceof StateHeard heard) {
      return state(fleet, heard, nowNs);
    }
    if (input instanceof StateCleared cleared) {
      return change(fleet, fleet.member(cleared.id()).withoutState(), "cleared");
    }
    if (input instanceof CapabilityHeard heard) {
      return capability(fleet, heard, nowNs);
    }
    if (input instanceof CapabilityCleared cleared) {
      return change(fleet, fleet.member(cleared.id()).withoutCapability(), "cleared");
    }
    if (input instanceof Heard heard) {
      return heard(fleet, heard, nowNs);
    }
    if (input instanceof Reconnected) {
      return new Decision(
          fleet.with(
              fleet.members().values().stream()
                  .filter(member -> !member.silent())
                  .map(member -> member.heard(nowNs))
                  .toList()),
          List.of());
    }
    if (input instanceof Moved moved) {
      return moved(fleet, moved.lost(), nowNs);
    }
    return silence(fleet, nowNs);
  }

  private static Decision moved(Fleet fleet, Set<String> lost, long nowNs) {
    long heardNs = nowNs - SILENCE_NS + MOVE_NS;
    Fleet moved = fleet.with(fleet.online().stream().map(member -> member.heard(heardNs)).toList());
    List<Event> events = new ArrayList<>();
    for (String id : new TreeSet<>(lost)) {
      AgentState gone = new AgentState(Availability.OFFLINE, Math.max(1, fleet.incarnation(id)));
      Decision left = change(moved, fleet.member(id).with(gone, nowNs), "lost with its broker");
      moved = left.fleet();
      events.addAll(left.events());
    }
    return new Decision(moved, events);
  }

  private static Decision state(Fleet fleet, StateHeard heard, long nowNs) {
    Member member = fleet.member(heard.id());
    if (heard.state().incarnation() < member.incarnation()) {
      return ignored(fleet, heard.id(), "state", heard.state().incarnation(), member);
    }
    String reason = heard.state().state().name().toLowerCase(Locale.ROOT);
    return change(fleet, member.with(heard.state(), nowNs), reason);
  }

  private static Decision capability(Fleet fleet, CapabilityHeard heard, long nowNs) {
    Member member = fleet.member(heard.id());
    if (heard.capability().incarnation() < member.incarnation()) {
      return ignored(fleet, heard.id(), "capability", heard.capability().incarnation(), member);
    }
    return change(fleet, member.with(heard.capability(), nowNs), "");
  }

  private static Decision heard(Fleet fleet, Heard heard, long nowNs) {
    Member member = fleet.member(heard.id());
    boolean current = heard.incarnation() == member.incarnation();
    return current && fleet.members().containsKey(heard.id())
        ? change(fleet, member.heard(nowNs), "")
        : new Decision(fleet, List.of());
  }

  private static Decision silence(Fleet fleet, long nowNs) {
    List<Member> silent =
        fleet.online().stream()
            .filter(member -> nowNs - member.heardNs() > SILENCE_NS)
            .map(Member::fallenSilent)
            .toList();
    return new Decision(
        fleet.with(silent),
        silent.stream()
            .map(member -> (Event) new Left(member.id(), "silent for " + SILENCE_SECONDS + " s"))
            .toList());
  }

  private static Decision ignored(
      Fleet fleet, String id, String what, long incarnation, Member member) {
    return new Decision(
        fleet,
        List.of(
            new Ignored(
                id, what + " of incarnation " + incarnation + " < " + member.incarnation())));
  }

  private static Decision change(Fleet fleet, Member after, String reason) {
    Member before = fleet.member(after.id());
    return new Decision(fleet.with(after), events(before, after, reason));
  }

  private static List<Event> events(Member before, Member after, String reason) {
    if (before.online() && !after.online()) {
      return List.of(new Left(after.id(), reason));
    }
    if (!before.online() && after.online()) {
      return List.of(new Joined(after.id(), after.incarnation()));
    }
    boolean restarted =
        !before.capability().equals(after.capability())
            || before.incarnation() != after.incarnation();
    boolean drainsFromTheStart = !after.online() && after.reachable() && !before.reachable();
    boolean changed =
        after.capability().isPresent() && ((after.online() && restarted) || drainsFromTheStart);
    return changed ? List.of(new Changed(after.id())) : List.of();
  }
}
