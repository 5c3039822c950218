package io.coterie.cli.bench;

import java.util.List;
import java.util.Optional;

/**
 * What {@code bench pipeline} measured; the fields are the JSON's.
 *
 * @param throttle how many times slower than this machine every board is
 * @param fleets in the order in which they were measured
 */
record PipelineBenchFigures(String pipeline, double throttle, List<Fleet> fleets) {
  /**
   * One set of boards.
   *
   * @param topology such as {@code mesh3}
   * @param rates what the source admits where frames come faster than boards can compute: the first
   *     without exits, then by falling accuracy
   * @param accuracies what answers are worth at fixed rates, where the threshold gives way
   */
  record Fleet(String topology, int boards, List<Rate> rates, List<Accuracy> accuracies) {
    /** What the fleet manages without exits, answered frames per second. */
    double withoutExits() {
      return rates.get(0).answeredPerSecond();
    }

    /** The highest rate of those that lose no more accuracy than so many points. */
    Optional<Rate> within(double points) {
      return rates.stream()
          .filter(rate -> rate.toTheEnd() - rate.accuracy() <= points / 100 + 1e-9)
          .max((a, b) -> Double.compare(a.answeredPerSecond(), b.answeredPerSecond()));
    }
  }

  /**
   * One threshold under overload.
   *
   * @param maxAccuracyLoss the budget in points that the threshold comes from
   * @param offeredPerSecond frames that were sent
   * @param answeredPerSecond of these, answered
   * @param accuracy of the answered frames, 0 to 1
   * @param toTheEnd accuracy of the uncut network on the same frames
   * @param exits answered frames by the exit that answered, from the first
   * @param offloadedPerFrame tasks that boards handed to others, for each answered frame
   * @param settledSeconds from the load step until the source's queues stay between the bands, on
   *     average over a second; absent where they did not
   * @param inBand part of the source's reports in the measured time with queues between the bands
   */
  record Rate(
      double maxAccuracyLoss,
      double threshold,
      double offeredPerSecond,
      double answeredPerSecond,
      double accuracy,
      double toTheEnd,
      List<Integer> exits,
      double offloadedPerFrame,
      Double settledSeconds,
      double inBand) {}

  /**
   * One fixed rate.
   *
   * @param offeredPerSecond frames that were sent
   * @param answered part of the frames that was answered, 0 to 1
   * @param accuracy of the answered frames, 0 to 1
   * @param toTheEnd accuracy of the uncut network on the same frames
   * @param threshold mean over the measured time
   */
  record Accuracy(
      double offeredPerSecond,
      double answered,
      double accuracy,
      double toTheEnd,
      double threshold) {}
}
