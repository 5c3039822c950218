package io.coterie.agent.fusion;

import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.json.Check;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Moves along the operating points so that a latency target is kept with as much accuracy as that
 * allows. All rules and constants are ours.
 *
 * <pre>
 * latency above the target ------------------> at least a quarter of the points left towards the
 *                                              cheapest, at twice the target all of them
 * ... within 5 s of a move back -------------> undone, and the next one waits twice as long
 * below 0.7 of it for the time to wait ------> one point back towards the most accurate, unless
 *                                              the operations up to the exit that 95 % of the
 *                                              frames need there say that it would be above
 * a move back that held for 5 s -------------> the time to wait is 2 s again
 * latency half of that before the last move -> the time to wait is 2 s again: the boards recovered
 * </pre>
 *
 * Pure functions; time is as of any monotonic clock.
 */
final class ThresholdCore {
  /** Below this part of the target there is room for more accuracy. */
  static final double CLEARLY_BELOW = 0.7;

  /** How long latency must be clearly below at first, and at most. */
  static final long SHORTEST_WAIT_NS = TimeUnit.SECONDS.toNanos(2);

  static final long LONGEST_WAIT_NS = TimeUnit.SECONDS.toNanos(64);

  /** A move back that was right for so long has succeeded. */
  static final long TRIAL_NS = TimeUnit.SECONDS.toNanos(5);

  private static final int SMALLEST_PART = 4;
  private static final double MUCH_FASTER = 0.5;

  private ThresholdCore() {}

  /**
   * Where it stands.
   *
   * @param points from the most accurate to the cheapest; at least one
   * @param reaches of each point the part of the computation, in (0, 1], after which 95 % of the
   *     frames have left
   * @param targetMs > 0
   * @param at index of the point in force
   * @param calmSinceNs since when latency is clearly below the target without a break
   * @param waitNs how long that must last for a move back
   * @param triedNs when the last move back was, while it may still fail
   * @param triedMs the latency before it; 0 if there was none
   */
  record State(
      List<OperatingPoint> points,
      List<Double> reaches,
      double targetMs,
      int at,
      OptionalLong calmSinceNs,
      long waitNs,
      OptionalLong triedNs,
      double triedMs) {
    State {
      points = List.copyOf(points);
      reaches = List.copyOf(reaches);
      Check.positive(targetMs, "targetMs");
      if (reaches.size() != points.size()) {
        throw new IllegalArgumentException(
            points.size() + " points, " + reaches.size() + " reaches");
      }
    }

    /** At the most accurate point. */
    static State start(List<OperatingPoint> points, List<Double> reaches, double targetMs) {
      return new State(
          points,
          reaches,
          targetMs,
          0,
          OptionalLong.empty(),
          SHORTEST_WAIT_NS,
          OptionalLong.empty(),
          0);
    }

    OperatingPoint point() {
      return points.get(at);
    }

    /** The latency that one point back would have, if all of it were computation. */
    private double predictedMs(double latencyMs) {
      return latencyMs * reaches.get(at - 1) / reaches.get(at);
    }

    private State calmSince(OptionalLong ns) {
      return new State(points, reaches, targetMs, at, ns, waitNs, triedNs, triedMs);
    }

    private State waiting(long newWaitNs, OptionalLong newTriedNs) {
      return new State(points, reaches, targetMs, at, calmSinceNs, newWaitNs, newTriedNs, triedMs);
    }

    private State moved(int to) {
      OptionalLong none = OptionalLong.empty();
      return new State(points, reaches, targetMs, to, none, waitNs, none, triedMs);
    }

    private State tried(double latencyMs, long nowNs) {
      OptionalLong now = OptionalLong.of(nowNs);
      return new State(
          points, reaches, targetMs, at - 1, OptionalLong.empty(), waitNs, now, latencyMs);
    }
  }

  /**
   * Decides what a measurement means.
   *
   * @param latencyMs 95th percentile of the frames since the last move
   */
  static State decide(State state, double latencyMs, long nowNs) {
    State now = afterTrial(state, nowNs);
    if (latencyMs > now.targetMs()) {
      return now.triedNs().isPresent() ? undone(now) : cheaper(now, latencyMs);
    }
    if (latencyMs >= CLEARLY_BELOW * now.targetMs()
        || now.at() == 0
        || now.predictedMs(latencyMs) > now.targetMs()) {
      return now.calmSince(OptionalLong.empty());
    }
    boolean recovered = latencyMs < MUCH_FASTER * now.triedMs();
    long waitNs = recovered ? SHORTEST_WAIT_NS : now.waitNs();
    long sinceNs = now.calmSinceNs().orElse(nowNs);
    return nowNs - sinceNs >= waitNs
        ? now.tried(latencyMs, nowNs)
        : now.calmSince(OptionalLong.of(sinceNs));
  }

  private static State afterTrial(State state, long nowNs) {
    boolean held = state.triedNs().isPresent() && nowNs - state.triedNs().getAsLong() >= TRIAL_NS;
    return held ? state.waiting(SHORTEST_WAIT_NS, OptionalLong.empty()) : state;
  }

  private static State undone(State state) {
    long waitNs = Math.min(LONGEST_WAIT_NS, 2 * state.waitNs());
    return state
        .waiting(waitNs, OptionalLong.empty())
        .moved(Math.min(state.at() + 1, state.points().size() - 1));
  }

  private static State cheaper(State state, double latencyMs) {
    int left = state.points().size() - 1 - state.at();
    double above = Math.min(1, latencyMs / state.targetMs() - 1);
    int steps = (int) Math.ceil(left * Math.max(above, 1.0 / SMALLEST_PART));
    return state.moved(state.at() + steps);
  }
}
