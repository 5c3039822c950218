package io.coterie.planner.placement;

import java.util.Comparator;
import java.util.List;

/**
 * What the best of several placements is (rules ours). In every goal the {@link Candidate#rank}
 * comes first: every partition hosted, the deadline kept, every group's success target met.
 */
public enum PlacementGoal {
  /** The highest expected accuracy; among accuracies within 0.1 points the lowest latency. */
  ACCURACY {
    @Override
    Candidate bestOfRank(List<Candidate> candidates) {
      double highest = candidates.stream().mapToDouble(Candidate::accuracy).max().orElseThrow();
      return candidates.stream()
          .filter(c -> c.accuracy() >= highest - Candidate.LIKE_ACCURACY)
          .min(FASTEST.thenComparing(SUREST))
          .orElseThrow();
    }

    @Override
    boolean isWorthMoving(Candidate from, Candidate to) {
      return to.accuracy() > from.accuracy() + WORTH_MOVING_ACCURACY
          || (to.isClearlyFasterThan(from)
              && to.accuracy() >= from.accuracy() - Candidate.LIKE_ACCURACY);
    }
  },

  /** The lowest latency; among equal ones the highest expected accuracy. */
  LATENCY {
    @Override
    Candidate bestOfRank(List<Candidate> candidates) {
      double lowest =
          candidates.stream().mapToDouble(Candidate::latencySeconds).min().orElseThrow();
      return candidates.stream()
          .filter(c -> c.latencySeconds() <= lowest * (1 + ROUNDING))
          .min(MOST_ACCURATE.thenComparing(SUREST))
          .orElseThrow();
    }

    @Override
    boolean isWorthMoving(Candidate from, Candidate to) {
      return to.isClearlyFasterThan(from);
    }
  },

  /** The highest success with a limited number of students in all; then accuracy, then latency. */
  REPLICAS {
    @Override
    Candidate bestOfRank(List<Candidate> candidates) {
      double highest = candidates.stream().mapToDouble(Candidate::success).max().orElseThrow();
      return candidates.stream()
          .filter(c -> c.success() >= highest - ROUNDING)
          .min(MOST_ACCURATE.thenComparing(FASTEST))
          .orElseThrow();
    }

    @Override
    boolean isWorthMoving(Candidate from, Candidate to) {
      return 1 - to.success() < (1 - from.success()) * WORTH_MOVING_FAILURE - ROUNDING;
    }
  };

  /** Another plan must be more accurate by this, one point, to move boards; ours. */
  private static final double WORTH_MOVING_ACCURACY = 0.01;

  /** ... or, where success is the goal, fail less often by this factor; ours. */
  private static final double WORTH_MOVING_FAILURE = 0.5;

  private static final double ROUNDING = 1e-9;
  private static final double SURER = 1e-6;

  private static final Comparator<Candidate> FASTEST =
      Comparator.comparingDouble(Candidate::latencySeconds);
  private static final Comparator<Candidate> SUREST =
      Comparator.comparingDouble(Candidate::success).reversed();
  private static final Comparator<Candidate> MOST_ACCURATE =
      Comparator.comparingDouble(Candidate::accuracy).reversed();

  abstract Candidate bestOfRank(List<Candidate> candidates);

  /** Whether the gain from one placement to another of the same rank is worth moving boards. */
  abstract boolean isWorthMoving(Candidate from, Candidate to);

  /**
   * The best; the first of equal ones.
   *
   * @param candidates at least one
   */
  Candidate best(List<Candidate> candidates) {
    int rank = candidates.stream().mapToInt(Candidate::rank).max().orElseThrow();
    return bestOfRank(candidates.stream().filter(c -> c.rank() == rank).toList());
  }

  /** Whether the other plan is not so much better that boards should move. */
  boolean isWorthKeeping(Candidate kept, Candidate other) {
    return kept.rank() > other.rank()
        || (kept.rank() == other.rank() && !isWorthMoving(kept, other));
  }

  /** Whether strengthening weak groups, which costs moves and time, was worth it. */
  boolean isWorthRepairing(Candidate weak, Candidate repaired) {
    boolean surer = weak.rank() == repaired.rank() && repaired.success() > weak.success() + SURER;
    return surer || !isWorthKeeping(weak, repaired);
  }
}
