package io.coterie.planner.baseline;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.CostTable;
import io.coterie.planner.cost.Device;
import io.coterie.planner.exact.ExactSolver;
import io.coterie.planner.placement.InForce;
import io.coterie.planner.placement.Objective;
import io.coterie.planner.placement.PlacementGoal;
import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.PlanRequest;
import io.coterie.planner.placement.Planner;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Strategy;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Ways to place a bundle. Latencies are of the busiest board, whoever fails, except where the first
 * answer wins. The baselines' details are ours: {@code NONN} is after the idea of NoNN (one device
 * per partition, equal students, no replicas).
 */
public enum Method {
  /** The optimum for latency. */
  EXACT("exact optimum") {
    @Override
    BaselinePrediction outcome(Case of) {
      return ExactSolver.solve(of.fleet(), of.manifest(), CostModel.unmeasured(), of.target())
          .map(optimum -> Placing.of(of, optimum))
          .orElse(BaselinePrediction.NONE);
    }
  },

  /** Coterie's planner, told to minimise latency. */
  PLANNER_LATENCY("planner, latency") {
    @Override
    BaselinePrediction outcome(Case of) {
      return planned(of, PlacementGoal.LATENCY);
    }
  },

  /** Coterie's planner with its default goal. */
  PLANNER_ACCURACY("planner, accuracy") {
    @Override
    BaselinePrediction outcome(Case of) {
      return planned(of, PlacementGoal.ACCURACY);
    }
  },

  /**
   * The largest K that the fleet has boards for; the K fastest boards, the fastest with the largest
   * partition; the fastest student that is the same size everywhere and fits all of them.
   */
  NONN("NoNN") {
    @Override
    BaselinePrediction outcome(Case of) {
      return largestK(of, Placing::equalStudents);
    }
  },

  /**
   * As NoNN, but a student sized per board: the largest that fits and is no slower than the slowest
   * board with its smallest.
   */
  HET_NONN("HetNoNN") {
    @Override
    BaselinePrediction outcome(Case of) {
      return largestK(of, Placing::sizedStudents);
    }
  },

  /**
   * Boards that can hold any of the smallest students in K random groups of equal size, with the K
   * that the planner takes for latency; each group runs its fastest student that fits.
   */
  RANDOM("random groups") {
    @Override
    BaselinePrediction outcome(Case of) {
      int k = plan(of, PlacementGoal.LATENCY).k();
      return of.manifest()
          .partitioning(Strategy.ROCOIN, k)
          .map(partitioning -> new Placing(of, partitioning).randomGroups())
          .orElse(BaselinePrediction.NONE);
    }
  },

  /**
   * The whole model of the smallest K on every board that has the memory. The first answer wins:
   * latency is that of the fastest board, if it does not fail.
   */
  REPLICATE("replicate") {
    @Override
    BaselinePrediction outcome(Case of) {
      Partitioning smallest =
          of.manifest().partitionings().stream()
              .min(Comparator.comparingInt(Partitioning::k))
              .orElseThrow();
      return new Placing(of, smallest).everywhere();
    }
  },

  /** The undistilled teacher on the fastest board, its memory unchecked. */
  TEACHER("teacher") {
    @Override
    BaselinePrediction outcome(Case of) {
      Device strongest =
          of.fleet().stream().max(Comparator.comparingDouble(Device::flopsPerSecond)).orElseThrow();
      double success = 1 - strongest.failureProbability();
      return new BaselinePrediction(
          success >= of.target(),
          of.manifest().teacher().flops() / strongest.flopsPerSecond(),
          success,
          success * of.manifest().teacher().validation());
    }
  };

  private final String label;

  Method(String label) {
    this.label = label;
  }

  /** Its name in tables. */
  public String label() {
    return label;
  }

  /** What it predicts; the same for the same case. */
  abstract BaselinePrediction outcome(Case of);

  /**
   * A bundle to place.
   *
   * @param target p_th in [0, 1], of each group
   * @param seed for what a method draws at random
   */
  record Case(List<Device> fleet, Manifest manifest, double target, long seed) {}

  private static Plan plan(Case of, PlacementGoal goal) {
    return Planner.plan(
        new PlanRequest(
            of.fleet(),
            of.manifest(),
            Objective.of(of.target()).withGoal(goal),
            CostModel.unmeasured(),
            InForce.NOTHING));
  }

  private static BaselinePrediction planned(Case of, PlacementGoal goal) {
    Plan plan = plan(of, goal);
    return new BaselinePrediction(
        plan.verdict() == Plan.Verdict.COMPLETE,
        plan.latencySeconds(),
        plan.success(),
        plan.expectedAccuracy());
  }

  /** One board per partition: the way to do so. */
  private interface OnePerPartition {
    Optional<int[]> students(Placing placing, int[] boardOfPartition);
  }

  private static BaselinePrediction largestK(Case of, OnePerPartition way) {
    return of.manifest().partitionings().stream()
        .filter(partitioning -> partitioning.k() <= of.fleet().size())
        .max(Comparator.comparingInt(Partitioning::k))
        .map(partitioning -> new Placing(of, partitioning))
        .flatMap(
            placing -> {
              int[] boards = placing.fastestBoards();
              return way.students(placing, boards).map(s -> placing.onePerPartition(boards, s));
            })
        .orElse(BaselinePrediction.NONE);
  }

  /** A table of the case's boards without measurements. */
  static CostTable table(Case of, Partitioning partitioning) {
    return new CostTable(partitioning, of.fleet(), CostModel.unmeasured());
  }
}
