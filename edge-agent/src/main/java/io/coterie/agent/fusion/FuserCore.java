package io.coterie.agent.fusion;

import io.coterie.agent.arrival.AnsweredFrames;
import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.frame.FrameDecoder;
import io.coterie.protocol.frame.FrameRejectedException;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Decides when a frame is answered, at which exit and with which portions, for one deployment. A
 * frame goes
 *
 * <pre>
 * (unknown) --frame--> open --every covered partition's portion of the last exit--> ok or degraded
 *                      open --... of an exit whose answer is good enough---------> ok or degraded
 *                      open --a board found the frame unusable-------------------> rejected
 *                      open --deadline-------------------------------------------> degraded or
 *                                                                                  expired
 *                      open --another fuser's result-----------------------------> forgotten
 * (unknown) --portion-> early --frame--> open; --deadline--> forgotten
 * </pre>
 *
 * and is then remembered as answered, so that late portions and repeats change nothing. Where there
 * is one exit it is the last. Exits are judged as their portions become complete, each at most once
 * and none after a later one: portions overtake each other and get lost. Where the answer comes
 * before the last exit, the boards are told to stop.
 *
 * <p>Deterministic in its inputs, its exit criterion and the time that comes with them; the tables
 * are mutable because copying them for every portion would cost more than the fusion.
 *
 * <p>Not thread-safe.
 */
final class FuserCore {
  /** The most open frames. Further frames are answered with {@code rejected}. */
  static final int MAX_OPEN = 1024;

  /**
   * The most frames that only portions opened. They wait for milliseconds, what a board makes up
   * for its whole deadline: the oldest gives way.
   */
  static final int MAX_EARLY = 128;

  private final ExitCriterion criterion;
  private final Map<FrameKey, OpenFrame> open = new LinkedHashMap<>();
  private final Map<FrameKey, OpenFrame> early = new LinkedHashMap<>();
  private final AnsweredFrames answered = new AnsweredFrames();
  private final Map<PortionSchema.FusionKey, PortionSchema> schemas = new LinkedHashMap<>();
  private final Counters counters = new Counters();
  private FuserRole role;
  private PortionSchema schema;

  /** Creates a core without a role: {@link #assign} has to be called first. */
  FuserCore(ExitCriterion criterion) {
    this.criterion = criterion;
  }

  /**
   * Takes the role, or continues in it under a new plan. Frames that are open may still be answered
   * under the previous schema.
   */
  void assign(FuserRole newRole, PortionSchema newSchema) {
    PortionSchema before = schema;
    role = newRole;
    schema = newSchema;
    schemas.clear();
    schemas.put(newSchema.id(), newSchema);
    if (before != null) {
      schemas.putIfAbsent(before.id(), before);
    }
    counters.grow(newSchema.exits());
  }

  /** Whether portions of this schema are still accepted. */
  boolean knows(PortionSchema.FusionKey id) {
    return schemas.containsKey(id);
  }

  FuserRole role() {
    return role;
  }

  Counters counters() {
    return counters;
  }

  /** When {@link #expire} has to be called next. */
  OptionalLong nextDeadlineNs() {
    return EventLoop.earliest(
        Stream.of(open, early)
            .flatMap(frames -> frames.values().stream())
            .mapToLong(OpenFrame::deadlineNs));
  }

  List<FusionEffect> frame(FrameArrival frame, long nowNs) {
    FrameKey key = frame.key();
    OpenFrame known = open.get(key);
    if (known != null) {
      boolean conflict = known.arrival().orElseThrow().checksum() != frame.checksum();
      if (conflict) {
        known.expectRejection();
      }
      return repeat(frame, conflict, nowNs);
    }
    OptionalLong checksum = answered.checksum(key, nowNs);
    if (checksum.isPresent()) {
      return repeat(frame, checksum.getAsLong() != frame.checksum(), nowNs);
    }
    if (answered.removeEarly(key, nowNs, deadlineNs())) {
      early.remove(key);
      answered.add(frame, nowNs);
      return List.of();
    }
    try {
      FrameDecoder.checkSize(frame.payloadBytes());
    } catch (FrameRejectedException e) {
      return refuse(frame, nowNs, e.getMessage(), nowNs);
    }
    if (open.size() >= MAX_OPEN) {
      String reason = "busy: " + open.size() + " frames are waiting for their answer";
      return refuse(frame, nowNs, reason, nowNs);
    }
    OpenFrame before = early.remove(key);
    OpenFrame entry = before == null ? opened(key, nowNs) : before;
    open.put(key, entry);
    answered.remove(key);
    entry.arrived(frame);
    return settle(entry, nowNs);
  }

  /**
   * Rejects a frame whose identity belongs to another frame. Only the primary publishes the
   * rejection.
   */
  private List<FusionEffect> repeat(FrameArrival frame, boolean conflict, long nowNs) {
    counters.countRepeat();
    if (!conflict || role.standby()) {
      return List.of();
    }
    String reason = "correlation data was used for another frame less than 60 s ago";
    return List.of(FrameDecision.refusal(frame, Outcome.REJECTED, nowNs, reason));
  }

  List<FusionEffect> portion(Portion portion, long nowNs) {
    PortionSchema.FusionKey id = PortionSchema.FusionKey.of(portion);
    PortionSchema known = schemas.get(id);
    if (known == null || (id.equals(schema.id()) && portion.epoch() < role.acceptFrom())) {
      counters.countFenced();
      return List.of();
    }
    if (answered.contains(portion.key())) {
      counters.countLate();
      return List.of();
    }
    if (portion.rejection().isEmpty() && !known.fits(portion)) {
      counters.countMalformed(portion.agent());
      return List.of();
    }
    OpenFrame entry = open.get(portion.key());
    if (entry == null) {
      entry = early.computeIfAbsent(portion.key(), key -> opened(key, nowNs));
      if (early.size() > MAX_EARLY) {
        early.remove(early.keySet().iterator().next());
        counters.countLate();
      }
    }
    entry.add(portion, known);
    return settle(entry, nowNs);
  }

  private OpenFrame opened(FrameKey key, long nowNs) {
    return new OpenFrame(nowNs, nowNs + deadlineNs(), answered.contains(key));
  }

  private long deadlineNs() {
    return TimeUnit.MILLISECONDS.toNanos(role.deadlineMs());
  }

  boolean hasOpen() {
    return !open.isEmpty() || !early.isEmpty();
  }

  /** Forgets all open frames, because another fuser answers them. */
  void forgetOpen(long nowNs) {
    open.values().forEach(entry -> answered.add(entry.arrival().orElseThrow(), nowNs));
    open.clear();
    early.clear();
  }

  /** Forgets a frame whose result another fuser has published. */
  void answeredElsewhere(FrameKey key, long nowNs) {
    OpenFrame entry = open.get(key);
    if (entry == null) {
      if (!answered.contains(key)) {
        answered.addEarly(key, nowNs);
      }
    } else if (!entry.takeRejection() && (role.standby() || !entry.again())) {
      open.remove(key);
      answered.add(entry.arrival().orElseThrow(), nowNs);
    }
  }

  private List<FusionEffect> settle(OpenFrame entry, long nowNs) {
    if (entry.arrival().isEmpty()) {
      return List.of();
    }
    FrameArrival frame = entry.arrival().get();
    List<FusionEffect> effects = new ArrayList<>();
    for (PortionSchema candidate : schemas.values()) {
      Optional<FrameDecision> answer = answer(frame, entry, candidate, effects);
      if (answer.isPresent()) {
        effects.addAll(close(answer.get(), nowNs));
        return effects;
      }
    }
    if (!entry.rejection().isEmpty() && !entry.hasPortions()) {
      return refuse(frame, entry.openedNs(), entry.rejection(), nowNs);
    }
    return effects;
  }

  /** The answer at the first complete exit that is good enough or the last. */
  private Optional<FrameDecision> answer(
      FrameArrival frame, OpenFrame entry, PortionSchema candidate, List<FusionEffect> effects) {
    List<Integer> wanted = candidate.equals(schema) ? role.covered() : all(candidate);
    ExitPortions portions = entry.portions(candidate);
    for (int exit = portions.judged() + 1; exit <= candidate.exits(); exit++) {
      if (wanted.isEmpty() || !portions.covers(exit, wanted)) {
        continue;
      }
      boolean last = exit == candidate.exits();
      if (last || criterion.leaves(candidate, exit, portions.at(exit), portions.at(exit - 1))) {
        return Optional.of(FrameDecision.answer(frame, entry, candidate, exit));
      }
      portions.judged(exit);
      if (role.strategy() == Strategy.DISTREE && role.exitRule().mode() == ExitRule.Mode.WAIT) {
        effects.add(tell(Control.Command.PROCEED, frame, exit));
      }
    }
    return Optional.empty();
  }

  private static FusionEffect tell(Control.Command command, FrameArrival frame, int exit) {
    FrameKey key = frame.key();
    return new FusionEffect.SendControl(new Control(command, key.source(), key.frame(), exit));
  }

  private List<FusionEffect> refuse(FrameArrival frame, long openedNs, String reason, long nowNs) {
    return close(FrameDecision.refusal(frame, Outcome.REJECTED, openedNs, reason), nowNs);
  }

  private static List<Integer> all(PortionSchema schema) {
    return IntStream.range(0, schema.id().k()).boxed().toList();
  }

  /** Answers what has waited until its deadline, with the portions there are. */
  List<FusionEffect> expire(long nowNs) {
    early.values().removeIf(frame -> nowNs - frame.deadlineNs() >= 0);
    List<FusionEffect> effects = new ArrayList<>();
    for (OpenFrame frame : List.copyOf(open.values())) {
      if (nowNs - frame.deadlineNs() >= 0) {
        effects.addAll(close(atDeadline(frame.arrival().orElseThrow(), frame), nowNs));
      }
    }
    return effects;
  }

  /** At the highest exit that any portion came of: what a frame has computed is not thrown away. */
  private FrameDecision atDeadline(FrameArrival frame, OpenFrame entry) {
    Optional<PortionSchema> best =
        schemas.values().stream()
            .filter(candidate -> entry.portions(candidate).highest() > 0)
            .max(Comparator.comparingDouble(c -> entry.portions(c).present()));
    if (best.isPresent()) {
      int exit = entry.portions(best.get()).highest();
      return FrameDecision.answer(frame, entry, best.get(), exit);
    }
    String reason =
        role.covered().isEmpty()
            ? "no board computes any partition"
            : "no portion within " + role.deadlineMs() + " ms";
    return FrameDecision.refusal(frame, Outcome.EXPIRED, entry.openedNs(), reason);
  }

  private List<FusionEffect> close(FrameDecision decision, long nowNs) {
    open.remove(decision.frame().key());
    early.remove(decision.frame().key());
    answered.add(decision.frame(), nowNs);
    if (decision.exit() > 0) {
      counters.countExit(decision.exit());
    }
    // The stop goes first: behind the result, its publisher could already send the same picture
    // again under the same identity, and the boards would stop that.
    return decision.leavesEarly()
        ? List.of(tell(Control.Command.STOP, decision.frame(), decision.exit()), decision)
        : List.of(decision);
  }
}
