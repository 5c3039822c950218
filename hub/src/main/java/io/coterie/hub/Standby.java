package io.coterie.hub;

import java.util.List;
import java.util.OptionalLong;

/**
 * When a warm-standby hub serves. A pure function of state, input and time.
 *
 * <pre>
 * WAITING   --first reached--> FOLLOWING
 * WAITING   --5 s after the start--> SERVING : SERVE     both start after a power cut
 * FOLLOWING --first lost--> DOUBTING                     a hiccup is no reason
 * DOUBTING  --first reached--> FOLLOWING
 * DOUBTING  --0.3 s--> SERVING : SERVE
 * SERVING   --first reached--> RETURNING                 it collects what the broker says
 * RETURNING --first lost--> SERVING
 * RETURNING --1 s--> DRAINING : DRAIN
 * DRAINING  --first lost--> SERVING : RESUME
 * DRAINING  --drained, or 5 s--> FOLLOWING : FOLLOW
 * </pre>
 *
 * @param dueNs when the next {@link Input#TICK} has something to do
 */
record Standby(Phase phase, OptionalLong dueNs) {
  static final long START_NS = 5_000_000_000L;
  static final long DOUBT_NS = 300_000_000L;
  static final long RETURN_NS = 1_000_000_000L;
  static final long DRAIN_NS = 5_000_000_000L;

  enum Phase {
    WAITING,
    FOLLOWING,
    DOUBTING,
    SERVING,
    RETURNING,
    DRAINING
  }

  enum Input {
    /** A connection to the first hub stands. */
    REACHED,
    /** It is gone. */
    LOST,
    /** No frame is on its way any more. */
    DRAINED,
    /** Time has passed. */
    TICK
  }

  enum Effect {
    /** Move to the own broker, then let clients in. */
    SERVE,
    /** Take in no more frames, tell when those there are have been answered. */
    DRAIN,
    /** Take frames in again. */
    RESUME,
    /** Send clients away, move to the first hub's broker. */
    FOLLOW
  }

  /** New state and what is to be done. */
  record Decision(Standby state, List<Effect> effects) {}

  /** At the start of the process. */
  static Standby initial(long nowNs) {
    return new Standby(Phase.WAITING, OptionalLong.of(nowNs + START_NS));
  }

  Decision decide(Input input, long nowNs) {
    boolean reached = input == Input.REACHED;
    boolean lost = input == Input.LOST;
    boolean due = input == Input.TICK && dueNs.isPresent() && nowNs - dueNs.getAsLong() >= 0;
    return switch (phase) {
      case WAITING ->
          reached ? to(Phase.FOLLOWING) : due ? to(Phase.SERVING, Effect.SERVE) : same();
      case FOLLOWING -> lost ? until(Phase.DOUBTING, nowNs + DOUBT_NS) : same();
      case DOUBTING ->
          reached ? to(Phase.FOLLOWING) : due ? to(Phase.SERVING, Effect.SERVE) : same();
      case SERVING -> reached ? until(Phase.RETURNING, nowNs + RETURN_NS) : same();
      case RETURNING ->
          lost
              ? to(Phase.SERVING)
              : due ? until(Phase.DRAINING, nowNs + DRAIN_NS, Effect.DRAIN) : same();
      case DRAINING ->
          lost
              ? to(Phase.SERVING, Effect.RESUME)
              : due || input == Input.DRAINED ? to(Phase.FOLLOWING, Effect.FOLLOW) : same();
    };
  }

  /** Whether clients are let in. */
  boolean serves() {
    return phase == Phase.SERVING || phase == Phase.RETURNING || phase == Phase.DRAINING;
  }

  private Decision same() {
    return new Decision(this, List.of());
  }

  private static Decision to(Phase next, Effect... effects) {
    return new Decision(new Standby(next, OptionalLong.empty()), List.of(effects));
  }

  private static Decision until(Phase next, long dueNs, Effect... effects) {
    return new Decision(new Standby(next, OptionalLong.of(dueNs)), List.of(effects));
  }
}
