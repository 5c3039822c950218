package io.coterie.agent.fusion;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.bundle.Student;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FuserRole;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The threshold in force: a fixed one, that of the cheapest operating point within the accuracy
 * budget, or one that follows a latency target within the budget ({@link ThresholdCore}). 0, which
 * runs every frame to its end, where there is one exit or the bundle says nothing of the policy.
 *
 * <p>Deterministic in its inputs and the time that comes with them. Not thread-safe.
 */
final class Threshold {
  /** How often latencies are judged. */
  static final long PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(250);

  /** The part of the frames that a target is for. */
  private static final double MOST = 0.95;

  /** What a threshold is decided from: as long as it stays the same, so does its state. */
  record Basis(Strategy strategy, ExitRule rule, Optional<ExitTable> table, List<Double> costs) {
    static Basis of(FuserRole role, Partitioning partitioning) {
      Optional<ExitTable> table = table(partitioning, role);
      return new Basis(
          role.strategy(),
          role.exitRule(),
          table,
          table.map(t -> costs(partitioning, t.student())).orElse(List.of()));
    }

    /** What running to each exit takes, as a part of running to the end. */
    private static List<Double> costs(Partitioning partitioning, String name) {
      return partitioning.partitions().get(0).students().stream()
          .filter(student -> student.name().equals(name))
          .findFirst()
          .map(
              student ->
                  IntStream.rangeClosed(1, student.stages().size())
                      .mapToObj(exit -> (double) student.flopsTo(exit) / student.flops())
                      .toList())
          .orElse(Collections.nCopies(partitioning.exits().size(), 1.0));
    }

    /** What 95 % of the frames have left after. */
    private double reach(OperatingPoint point) {
      double left = 0;
      for (int exit = 0; exit < costs.size(); exit++) {
        left += point.exits().get(exit);
        if (left >= MOST) {
          return costs.get(exit);
        }
      }
      return 1;
    }

    /**
     * The fuser does not know the boards' students: the largest that has a table stands for all.
     */
    private static Optional<ExitTable> table(Partitioning partitioning, FuserRole role) {
      ExitPolicy policy = role.exitRule().policy();
      Optional<ExitTable> largest =
          partitioning.policies().stream().filter(t -> t.policy() == policy).findFirst();
      for (Student student : partitioning.partitions().get(0).students()) {
        Optional<ExitTable> larger = partitioning.table(policy, student.name());
        largest = larger.isPresent() ? larger : largest;
      }
      return largest;
    }
  }

  record Change(OperatingPoint before, OperatingPoint now, double latencyMs, double targetMs) {}

  private final Basis basis;
  private final double fixed;
  private final RecentLatencies latencies = new RecentLatencies();
  private Optional<ThresholdCore.State> following;
  private long judgedNs;

  Threshold(Basis basis) {
    this.basis = basis;
    boolean exits = basis.strategy() == Strategy.DISTREE;
    Optional<ExitTable> table = basis.table().filter(any -> exits);
    fixed = exits ? fixed(basis.rule(), table) : 0;
    following = basis.rule().target().flatMap(ms -> table.map(t -> following(basis, t, ms)));
  }

  private static ThresholdCore.State following(Basis basis, ExitTable table, double targetMs) {
    List<OperatingPoint> points = points(table, basis.rule());
    List<Double> reaches = points.stream().map(basis::reach).toList();
    return ThresholdCore.State.start(points, reaches, targetMs);
  }

  private static double fixed(ExitRule rule, Optional<ExitTable> table) {
    if (rule.threshold() != null) {
      return rule.threshold();
    }
    return table.map(t -> points(t, rule)).map(p -> p.get(p.size() - 1).threshold()).orElse(0.0);
  }

  /** The points within the budget, from the one that runs all frames to the end to the cheapest. */
  private static List<OperatingPoint> points(ExitTable table, ExitRule rule) {
    List<OperatingPoint> points = new ArrayList<>(table.within(rule.maxAccuracyLoss()));
    OperatingPoint toTheEnd = points.remove(0);
    points.sort(Comparator.comparingDouble(OperatingPoint::computation).reversed());
    points.add(0, toTheEnd);
    return points;
  }

  Basis basis() {
    return basis;
  }

  /**
   * What keeps frames from leaving early that are meant to, for people; empty where all is well.
   */
  Optional<String> problem() {
    boolean lacking =
        basis.strategy() == Strategy.DISTREE
            && basis.rule().threshold() == null
            && basis.table().isEmpty();
    return lacking
        ? Optional.of(
            "the bundle has no operating points for "
                + basis.rule().policy().text()
                + ", so that no frame leaves early: choose another policy or a fixed threshold")
        : Optional.empty();
  }

  double inForce() {
    return following.map(state -> state.point().threshold()).orElse(fixed);
  }

  /** A frame that arrived at {@code openedNs} was answered now; says if that changed the point. */
  Optional<Change> answered(long openedNs, long nowNs) {
    if (following.isEmpty()) {
      return Optional.empty();
    }
    latencies.add(openedNs, nowNs);
    OptionalDouble latencyMs = latencies.percentileMs();
    if (nowNs - judgedNs < PERIOD_NS || latencyMs.isEmpty()) {
      return Optional.empty();
    }
    judgedNs = nowNs;
    ThresholdCore.State before = following.get();
    ThresholdCore.State now = ThresholdCore.decide(before, latencyMs.getAsDouble(), nowNs);
    following = Optional.of(now);
    if (now.at() == before.at()) {
      return Optional.empty();
    }
    latencies.beginAt(nowNs);
    return Optional.of(
        new Change(before.point(), now.point(), latencyMs.getAsDouble(), now.targetMs()));
  }
}
