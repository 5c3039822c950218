package io.coterie.lab.chaos;

import java.util.List;

/**
 * What a history shows.
 *
 * @param frames that were published at least once
 * @param unaccepted frames that were due while their publisher knew that it had no connection
 * @param resent frames that were published again, because a connection broke before their result
 * @param lost frames without any result
 * @param duplicates identities with more than one result
 * @param stale results under a plan whose portions the newest plan did not accept any more, of
 *     those that had answered when the frame was sent, and plans that were older than one before
 * @param mislabelled results {@code ok} with another label than without faults
 * @param unchecked results {@code ok} whose plan was not seen
 * @param falseAlarms agents and orchestrators that were given up though nothing was done to them
 * @param kinds by kind of fault
 * @param details one line for each violation
 */
public record Findings(
    int frames,
    int ok,
    int degraded,
    int expired,
    int rejected,
    int unaccepted,
    int resent,
    int lost,
    int duplicates,
    int stale,
    int mislabelled,
    int unchecked,
    int falseAlarms,
    List<Kind> kinds,
    List<String> details) {
  /**
   * What one kind of fault did.
   *
   * @param gapMs longest time without a result {@code ok} in each of them
   * @param boundMs what it must not exceed; 0 for no promise
   * @param noticedMs from a kill, freeze or silence to the first plan without the victim, where it
   *     had a part in the plan and was given up
   * @param unsettled how many the fleet did not recover from within the time
   */
  public record Kind(
      String name, int count, Spread gapMs, long boundMs, Spread noticedMs, int unsettled) {}

  /** Several measurements; zeros where there are none. */
  public record Spread(int count, double median, double max) {
    static Spread of(List<Double> values) {
      List<Double> sorted = values.stream().sorted().toList();
      return sorted.isEmpty()
          ? new Spread(0, 0, 0)
          : new Spread(sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
    }
  }

  /** Whether every promise was kept. */
  public boolean kept() {
    return lost + duplicates + stale + mislabelled == 0
        && kinds.stream().allMatch(k -> k.unsettled() == 0)
        && kinds.stream().allMatch(k -> k.boundMs() == 0 || k.gapMs().max() <= k.boundMs());
  }
}
