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
 * latency above the target -----------> at least a quarter of the points left towards the cheapest,
 *                                       at twice the target all of them; the time to wait is 8 s
 * ... within 5 s of a move back ------> undone, the time to wait is twice as long as before
 * below 0.7 of it for the time to wait
 * (at first 2 s) ---------------------> one point back towards the most accurate, unless the
 *                                       operations up to the exit that 95 % of the frames need
 *                                       there say that it would be above
 * a move back that held for 5 s ------> the time to wait is 8 s again, if it was longer
 * latency half of what it was when
 * the target was kept again ----------> the time to wait is 2 s: the boards recovered
 * </pre>
 *
 * Pure functions; time is as of any monotonic clock.
 */
final class ThresholdCore {
  /** Below this part of the target there is room for more accuracy. */
  static final double CLEARLY_BELOW = 0.7;

  /** How long latency must be clearly below: as long as the target was never missed. */
  static final long SHORTEST_WAIT_NS = TimeUnit.SECONDS.toNanos(2);

  /** ... after a miss: where the limit is near, every try may cost some late frames. */
  static final long WAIT_AFTER_MISS_NS = TimeUnit.SECONDS.toNanos(8);

  /** ... after many moves back that failed. */
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
   * @param slowMs the latency when the target was kept again after the last miss; 0 if there was
   *     none, or it is not yet
   */
  record State(
      List<OperatingPoint> points,
      List<Double> reaches,
      double targetMs,
      int at,
      OptionalLong calmSinceNs,
      long waitNs,
      OptionalLong triedNs,
      double slowMs) {
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
      return new State(points, reaches, targetMs, at, ns, waitNs, triedNs, slowMs);
    }

    /** The last move back has succeeded. */
    private State held() {
      long shorterNs = Math.min(waitNs, WAIT_AFTER_MISS_NS);
      OptionalLong none = OptionalLong.empty();
      return new State(points, reaches, targetMs, at, calmSinceNs, shorterNs, none, slowMs);
    }

    private State missed(int to) {
      OptionalLong none = OptionalLong.empty();
      long longerNs = triedNs.isPresent() ? 2 * waitNs : waitNs;
      long newWaitNs = Math.min(LONGEST_WAIT_NS, Math.max(WAIT_AFTER_MISS_NS, longerNs));
      return new State(points, reaches, targetMs, to, none, newWaitNs, none, 0);
    }

    private State kept(double latencyMs) {
      boolean first = slowMs == 0 && waitNs > SHORTEST_WAIT_NS;
      double slow = first ? latencyMs : slowMs;
      return new State(points, reaches, targetMs, at, calmSinceNs, waitNs, triedNs, slow);
    }

    private State tried(long nowNs) {
      OptionalLong now = OptionalLong.of(nowNs);
      return new State(
          points, reaches, targetMs, at - 1, OptionalLong.empty(), waitNs, now, slowMs);
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
      int last = now.points().size() - 1;
      boolean failedTry = now.triedNs().isPresent();
      return now.missed(failedTry ? Math.min(now.at() + 1, last) : cheaper(now, latencyMs));
    }
    now = now.kept(latencyMs);
    if (latencyMs >= CLEARLY_BELOW * now.targetMs()
        || now.at() == 0
        || now.predictedMs(latencyMs) > now.targetMs()) {
      return now.calmSince(OptionalLong.empty());
    }
    boolean recovered = latencyMs < MUCH_FASTER * now.slowMs();
    long waitNs = recovered ? SHORTEST_WAIT_NS : now.waitNs();
    long sinceNs = now.calmSinceNs().orElse(nowNs);
    return nowNs - sinceNs >= waitNs ? now.tried(nowNs) : now.calmSince(OptionalLong.of(sinceNs));
  }

  private static State afterTrial(State state, long nowNs) {
    boolean held = state.triedNs().isPresent() && nowNs - state.triedNs().getAsLong() >= TRIAL_NS;
    return held ? state.held() : state;
  }

  private static int cheaper(State state, double latencyMs) {
    int left = state.points().size() - 1 - state.at();
    double above = Math.min(1, latencyMs / state.targetMs() - 1);
    return state.at() + (int) Math.ceil(left * Math.max(above, 1.0 / SMALLEST_PART));
  }
}
