package io.coterie.planner.cost;

import java.util.Map;
import java.util.TreeMap;

/** Success probabilities; boards fail independently of each other. */
public final class Reliability {
  /** Slack for comparing products of probabilities with a target. */
  private static final double EPSILON = 1e-12;

  private Reliability() {}

  /**
   * Whether a group reaches the target.
   *
   * @param allFail probability that every member fails
   * @param target p_th in [0, 1]
   */
  public static boolean meets(double allFail, double target) {
    return 1 - allFail >= target - EPSILON;
  }

  /**
   * Probability of every pattern of present portions. Exact also where boards host several
   * partitions, whose portions then go missing together. Boards that host the same partitions count
   * as one that fails when they all do, so large fleets cost no more than small ones.
   *
   * @param k number of partitions, 1 to 16
   * @param hosted per board the partitions that it hosts, as bits
   * @param fails per board its failure probability
   * @return {@code [2^k]}, indexed by the bits of the present portions; sums to 1
   */
  public static double[] presentDistribution(int k, int[] hosted, double[] fails) {
    Map<Integer, Double> allFail = new TreeMap<>();
    for (int board = 0; board < hosted.length; board++) {
      if (hosted[board] != 0) {
        allFail.merge(hosted[board], fails[board], (a, b) -> a * b);
      }
    }
    double[] distribution = new double[1 << k];
    distribution[0] = 1;
    allFail.forEach((bits, fail) -> add(distribution, bits, fail));
    return distribution;
  }

  /** Adds a board that hosts the partitions {@code bits} to a distribution. */
  public static void add(double[] distribution, int bits, double fails) {
    double[] before = distribution.clone();
    for (int present = 0; present < before.length; present++) {
      distribution[present] -= before[present] * (1 - fails);
      distribution[present | bits] += before[present] * (1 - fails);
    }
  }
}
