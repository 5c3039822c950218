package io.coterie.cli.bench;

import io.coterie.cli.CommandException;
import io.coterie.planner.baseline.Comparison;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.json.Json;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code coterie bench planner}. */
@Command(
    name = "planner",
    description =
        "Compares the planner with the exact optimum and with simpler ways to place a bundle, on"
            + " fleets drawn at random. The same numbers on every machine.",
    mixinStandardHelpOptions = true,
    footer = {"", "Example:  coterie bench planner models/zoo/cifar10 --fleets 1000"})
public final class PlannerBenchCommand implements Callable<Integer> {
  @Parameters(paramLabel = "BUNDLE", description = "folder or .zip file")
  private Path bundle;

  @Option(
      names = "--fleets",
      paramLabel = "N",
      defaultValue = "1000",
      description = "fleets to draw (default: ${DEFAULT-VALUE})")
  private int fleets;

  @Option(
      names = "--boards",
      paramLabel = "N",
      defaultValue = "8",
      description = "a fleet has 1 to so many boards, at most 8 (default: ${DEFAULT-VALUE})")
  private int boards;

  @Option(
      names = "--success",
      paramLabel = "P",
      defaultValue = "0.9",
      description = "probability that every group must reach (default: ${DEFAULT-VALUE})")
  private double success;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "of the fleets (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(names = "--json", description = "print the rows as JSON")
  private boolean json;

  @Override
  public Integer call() {
    try {
      Comparison comparison =
          Comparison.run(Bundle.open(bundle).manifest(), fleets, boards, success, seed);
      if (json) {
        System.out.println(Json.write(withoutGaps(comparison)));
      } else {
        System.out.printf(
            "%d fleets of 1 to %d boards, %d of them can meet the target%n",
            comparison.fleets(), boards, comparison.feasible());
        System.out.print(comparison.table());
      }
      return 0;
    } catch (BundleException | IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
  }

  /** JSON has no NaN: a ratio that does not exist is left out. */
  private static Map<String, Object> withoutGaps(Comparison comparison) {
    Map<String, Object> rows = new LinkedHashMap<>();
    for (Comparison.Row row : comparison.rows()) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("medianRatio", Double.isNaN(row.medianRatio()) ? null : row.medianRatio());
      values.put("p95Ratio", Double.isNaN(row.p95Ratio()) ? null : row.p95Ratio());
      values.put("meanSuccess", row.meanSuccess());
      values.put("meanAccuracy", row.meanAccuracy());
      values.put("feasibleShare", row.feasibleShare());
      rows.put(row.method().name().toLowerCase(java.util.Locale.ROOT), values);
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("fleets", comparison.fleets());
    all.put("feasible", comparison.feasible());
    all.put("methods", rows);
    return all;
  }
}
