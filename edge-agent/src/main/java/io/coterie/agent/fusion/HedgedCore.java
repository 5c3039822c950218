package io.coterie.agent.fusion;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Portion;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/**
 * A fuser that may have a standby. {@link FuserCore} decides about frames, and {@link Hedge} holds
 * its effects back while another fuser may answer too. {@link #assign} has to be called first.
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

  /** Takes the role, or continues in it under a new plan. */
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

  /** Whether portions of this schema are still accepted, or an answer of it is held back. */
  boolean needs(PortionSchema.FusionKey id) {
    return core.knows(id) || hedge.holdsAnswerOf(id);
  }

  /** Processes a frame and returns what is to be sent now. */
  List<FusionEffect> frame(FrameArrival frame, long nowNs) {
    return hedge.pass(core.frame(frame, nowNs), nowNs);
  }

  /** Processes a portion and returns what is to be sent now. */
  List<FusionEffect> portion(Portion portion, long nowNs) {
    return hedge.pass(core.portion(portion, nowNs), nowNs);
  }

  /** Whether results have to be processed. Otherwise all of them are this fuser's own. */
  boolean listens() {
    return core.role().standby() || core.hasOpen() || hedge.holds();
  }

  /** Processes the result of a frame, published by this fuser or another one. */
  void resulted(FrameKey key, long nowNs) {
    hedge.answered(key);
    core.answeredElsewhere(key, nowNs);
  }

  /** Whether a loopback probe is due now. */
  boolean probeDue(long nowNs) {
    return hedge.probeDue(nowNs);
  }

  /** A loopback probe came back. */
  void onLoopback(long sentNs, long nowNs) {
    hedge.onLoopback(sentNs, nowNs);
  }

  /** The connection to the broker is lost. */
  void disconnected(long nowNs) {
    hedge.disconnected(nowNs);
  }

  /** The connection is established again. Another fuser may have been named meanwhile. */
  void reconnected(long nowNs) {
    if (hedge.reconnected(nowNs)) {
      core.forgetOpen(nowNs);
    }
  }

  /** Returns what is to be sent for frames whose deadline or hedge delay is over. */
  List<FusionEffect> expire(long nowNs) {
    List<FusionEffect> effects = new ArrayList<>(hedge.pass(core.expire(nowNs), nowNs));
    effects.addAll(hedge.due(nowNs));
    return effects;
  }

  /** When {@link #expire} has to be called next. */
  OptionalLong nextDueNs() {
    return EventLoop.earliest(
        LongStream.concat(hedge.nextDueNs().stream(), core.nextDeadlineNs().stream()));
  }

  Counters counters() {
    return core.counters();
  }

  /** Number of answers that were sent after they had been held back. */
  long hedged() {
    return hedge.sent();
  }
}
