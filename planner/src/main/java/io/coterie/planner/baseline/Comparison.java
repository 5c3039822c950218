package io.coterie.planner.baseline;

import io.coterie.planner.baseline.Method.Case;
import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.json.Check;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Every {@link Method} on the same {@link RandomFleets}, beside the exact optimum for latency. The
 * same bundle, seed, numbers and target give the same rows on every machine.
 *
 * @param fleets how many fleets were drawn
 * @param feasible on how many of them some placement meets the target; ratios are over these
 * @param rows one per method, in the methods' order
 */
public record Comparison(int fleets, int feasible, List<Row> rows) {
  public Comparison {
    rows = List.copyOf(rows);
  }

  /**
   * How one method did.
   *
   * @param medianRatio of its latency to the optimum's, over the fleets on which both placed the
   *     bundle; below 1 only for methods that miss the target or count the first answer; NaN where
   *     there is no such fleet
   * @param p95Ratio 95th percentile of the same
   * @param meanSuccess over all fleets; 0 counts where it placed nothing
   * @param meanAccuracy expected, over all fleets; 0 counts where it placed nothing
   * @param feasibleShare of all fleets, those on which it met the target, in [0, 1]
   */
  public record Row(
      Method method,
      double medianRatio,
      double p95Ratio,
      double meanSuccess,
      double meanAccuracy,
      double feasibleShare) {}

  /**
   * Compares.
   *
   * @param manifest K of at most 4
   * @param fleets how many, > 0
   * @param mostBoards fleets have 1 to so many boards, at most 8
   * @param target p_th in [0, 1], of each group
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static Comparison run(
      Manifest manifest, int fleets, int mostBoards, double target, long seed) {
    Check.positive(fleets, "fleets");
    Check.fraction(target, "target");
    RandomFleets random = new RandomFleets(manifest, seed);
    Map<Method, List<BaselinePrediction>> outcomes = new EnumMap<>(Method.class);
    for (Method method : Method.values()) {
      outcomes.put(method, new ArrayList<>());
    }
    for (int i = 0; i < fleets; i++) {
      List<Device> fleet = random.upTo(mostBoards);
      Case of = new Case(fleet, manifest, target, seed + i);
      outcomes.forEach((method, list) -> list.add(method.outcome(of)));
    }
    List<BaselinePrediction> optima = outcomes.get(Method.EXACT);
    List<Row> rows = new ArrayList<>();
    outcomes.forEach((method, list) -> rows.add(row(method, list, optima)));
    int feasible = (int) optima.stream().filter(BaselinePrediction::isFeasible).count();
    return new Comparison(fleets, feasible, rows);
  }

  private static Row row(
      Method method, List<BaselinePrediction> outcomes, List<BaselinePrediction> optima) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < outcomes.size(); i++) {
      if (optima.get(i).isFeasible() && outcomes.get(i).isPlaced()) {
        ratios.add(outcomes.get(i).latencySeconds() / optima.get(i).latencySeconds());
      }
    }
    Collections.sort(ratios);
    return new Row(
        method,
        quantile(ratios, 0.5),
        quantile(ratios, 0.95),
        outcomes.stream().mapToDouble(BaselinePrediction::success).average().orElse(0),
        outcomes.stream().mapToDouble(BaselinePrediction::expectedAccuracy).average().orElse(0),
        outcomes.stream().filter(BaselinePrediction::isFeasible).count()
            / (double) outcomes.size());
  }

  /** The smallest value that at least the fraction of all does not exceed. */
  private static double quantile(List<Double> sorted, double fraction) {
    return sorted.isEmpty()
        ? Double.NaN
        : sorted.get((int) Math.ceil(fraction * sorted.size()) - 1);
  }

  /** The rows as a table for people. */
  public String table() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            "%-18s %14s %11s %9s %10s %10s%n",
            "method", "median ratio", "p95 ratio", "success", "accuracy", "feasible"));
    for (Row row : rows) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-18s %14.3f %11.3f %9.4f %8.2f %% %7.1f %%%n",
              row.method().label(),
              row.medianRatio(),
              row.p95Ratio(),
              row.meanSuccess(),
              100 * row.meanAccuracy(),
              100 * row.feasibleShare()));
    }
    return table.toString();
  }
}
