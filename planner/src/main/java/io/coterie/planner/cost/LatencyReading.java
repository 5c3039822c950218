package io.coterie.planner.cost;

import java.util.Comparator;
import java.util.stream.IntStream;

/** What "the latency of a group" means, given when each member's portion is out. */
public enum LatencyReading {
  /** The slowest member: holds whoever fails, as long as one member is left. */
  ALL {
    @Override
    public double seconds(double[] seconds, double[] fails) {
      double slowest = 0;
      for (double one : seconds) {
        slowest = Math.max(slowest, one);
      }
      return slowest;
    }
  },

  /** The fastest member: the first reply wins, and nothing fails. */
  FIRST {
    @Override
    public double seconds(double[] seconds, double[] fails) {
      double fastest = seconds.length == 0 ? 0 : seconds[0];
      for (double one : seconds) {
        fastest = Math.min(fastest, one);
      }
      return fastest;
    }
  },

  /**
   * The mean time of the first reply, given that at least one member replies: members by rising
   * time, {@code sum_i t_i (1 - p_i) prod_{j<i} p_j / (1 - prod_j p_j)}.
   */
  EXPECTED {
    @Override
    public double seconds(double[] seconds, double[] fails) {
      double sum = 0;
      double allFasterFailed = 1;
      for (int member : bySeconds(seconds)) {
        sum += seconds[member] * (1 - fails[member]) * allFasterFailed;
        allFasterFailed *= fails[member];
      }
      return seconds.length == 0 ? 0 : sum / (1 - allFasterFailed);
    }
  };

  /**
   * Seconds until the group's portion is there; 0 for a group without members.
   *
   * @param seconds per member when its portion is out
   * @param fails per member its failure probability, in [0, 1)
   */
  public abstract double seconds(double[] seconds, double[] fails);

  private static int[] bySeconds(double[] seconds) {
    return IntStream.range(0, seconds.length)
        .boxed()
        .sorted(Comparator.comparingDouble(member -> seconds[member]))
        .mapToInt(member -> member)
        .toArray();
  }
}
