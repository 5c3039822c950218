package io.coterie.agent.fusion;

import io.coterie.agent.arrival.FrameArrival;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Portion;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * A fuser that need not be alone: what {@link FuserCore} decides, {@link Hedge} keeps back while
 * another one may answer too. {@link #assign} comes first.
 *
 * <p>Deterministic like both. Not thread-safe.
 */
final class HedgedCore {
  private final ExitCriterion criterion;
  private final Hedge hedge = new Hedge();
  private FuserCore core;

  HedgedCore(ExitCriterion criterion) {
    this.criterion = criterion;
  }

  /** Takes the role, or goes on with it under a new plan. */
  void assign(FuserRole role, PortionSchema schema, long nowNs) {
    if (core == null) {
      core = new FuserCore(role, schema, criterion);
    } else {
      core.assign(role, schema);
    }
    hedge.assign(role, nowNs);
  }

  FuserRole role() {
    return core.role();
  }

  /** Whether portions of this schema are still accepted. */
  boolean knows(PortionSchema.FusionKey id) {
    return core.knows(id);
  }

  /** A frame arrived; gives what is to be sent now. */
  List<FusionEffect> frame(FrameArrival frame, long nowNs) {
    return hedge.pass(core.frame(frame, nowNs), nowNs);
  }

  /** A portion arrived; gives what is to be sent now. */
  List<FusionEffect> portion(Portion portion, long nowNs) {
    return hedge.pass(core.portion(portion, nowNs), nowNs);
  }

  /** Whether any result may be news: else they are this fuser's own. */
  boolean listens() {
    return core.role().standby() || core.hasOpen() || hedge.holds();
  }

  /** The result of a frame was heard, of this fuser or another. */
  void resulted(FrameKey key, long nowNs) {
    hedge.answered(key);
    core.answeredElsewhere(key, nowNs);
  }

  /** Whether it is to send itself a loopback probe now. */
  boolean probeDue(long nowNs) {
    return hedge.probeDue(nowNs);
  }

  /** A loopback probe came back. */
  void onLoopback(long sentNs, long nowNs) {
    hedge.onLoopback(sentNs, nowNs);
  }

  /** The broker is away. */
  void disconnected(long nowNs) {
    hedge.disconnected(nowNs);
  }

  /** The broker is back: another fuser may have been named meanwhile. */
  void reconnected(long nowNs) {
    if (hedge.reconnected(nowNs)) {
      core.forgetOpen(nowNs);
    }
  }

  /** Gives what is to be sent of frames that waited until their deadline, or for another fuser. */
  List<FusionEffect> expire(long nowNs) {
    List<FusionEffect> effects = new ArrayList<>(hedge.pass(core.expire(nowNs), nowNs));
    effects.addAll(hedge.due(nowNs));
    return effects;
  }

  /** When {@link #expire} has something to do next. */
  OptionalLong nextDueNs() {
    OptionalLong hedged = hedge.nextDueNs();
    OptionalLong deadline = core.nextDeadlineNs();
    if (hedged.isEmpty() || deadline.isEmpty()) {
      return hedged.isEmpty() ? deadline : hedged;
    }
    return hedged.getAsLong() - deadline.getAsLong() < 0 ? hedged : deadline;
  }

  Counters counters() {
    return core.counters();
  }

  /** Answers that were sent after they had been kept back. */
  long hedged() {
    return hedge.sent();
  }
}
