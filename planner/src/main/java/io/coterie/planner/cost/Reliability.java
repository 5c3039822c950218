package io.coterie.planner.cost;

import java.util.Collection;
import java.util.Map;

/** Success probabilities; boards fail independently of each other. */
public final class Reliability {
  private Reliability() {}

  /** Probability that at least one of the boards answers: {@code 1 - prod p_n}; 0 for none. */
  public static double groupSuccess(Collection<Device> group) {
    double allFail = 1;
    for (Device device : group) {
      allFail *= device.failureProbability();
    }
    return 1 - allFail;
  }

  /**
   * Probability of every pattern of present portions. Exact also where boards host several
   * partitions, whose portions then go missing together.
   *
   * @param k number of partitions, 1 to 16
   * @param hosted per board the partitions that it hosts, as bits
   * @return {@code [2^k]}, indexed by the bits of the present portions; sums to 1
   */
  public static double[] presentDistribution(int k, Map<Device, Integer> hosted) {
    double[] distribution = new double[1 << k];
    distribution[0] = 1;
    hosted.forEach(
        (device, bits) -> {
          double[] before = distribution.clone();
          double fails = device.failureProbability();
          for (int present = 0; present < before.length; present++) {
            distribution[present] -= before[present] * (1 - fails);
            distribution[present | bits] += before[present] * (1 - fails);
          }
        });
    return distribution;
  }
}
