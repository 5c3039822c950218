package io.coterie.planner.preview;

import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an exit rule comes to by the tables of a bundle. Pure functions. */
public final class ExitPreview {
  /** Parts of the computation that another policy must save for people to be told. */
  private static final double WORTH_SAYING = 0.05;

  private ExitPreview() {}

  /**
   * Checks that a bundle can be run as wished.
   *
   * @throws IllegalArgumentException if it has nothing for the strategy, or lacks the policy's
   *     table that the rule needs
   */
  public static void check(Manifest manifest, DeploymentSpec spec) {
    List<Partitioning> partitionings = manifest.partitionings(spec.strategy());
    if (!manifest.has(spec.strategy())) {
      throw new IllegalArgumentException(nothing(manifest, spec.strategy()));
    }
    if (spec.strategy() == Strategy.MDI_EXIT) {
      checkTable(manifest, pipeline(manifest, spec), spec.exitRule());
    }
    if (spec.strategy() == Strategy.DISTREE && spec.exitRule().threshold() == null) {
      partitionings.forEach(partitioning -> checkTable(manifest, partitioning, spec.exitRule()));
    }
  }

  /**
   * The pipeline that is wished for.
   *
   * @throws IllegalArgumentException if the bundle has none of that name
   */
  public static Pipeline pipeline(Manifest manifest, DeploymentSpec spec) {
    return manifest.requirePipeline(spec.pipeline().pipeline());
  }

  private static void checkTable(Manifest manifest, Pipeline pipeline, ExitRule rule) {
    if (rule.threshold() == null && pipeline.table(rule.policy()).isEmpty()) {
      throw new IllegalArgumentException(
          "bundle %s has no table for the exit policy %s of the pipeline %s: "
                  .formatted(manifest.name(), rule.policy().text(), pipeline.name())
              + "choose max-softmax with --exit-policy, or fix a threshold with --exit-threshold");
    }
  }

  private static String nothing(Manifest manifest, Strategy strategy) {
    try {
      manifest.only(strategy);
      return "";
    } catch (IllegalArgumentException e) {
      String others =
          Arrays.stream(Strategy.values())
              .filter(manifest::has)
              .map(other -> "--strategy " + other.text())
              .collect(Collectors.joining(" or "));
      return e.getMessage() + " (see 'coterie train --help'), or run this one with " + others;
    }
  }

  private static void checkTable(Manifest manifest, Partitioning partitioning, ExitRule rule) {
    List<String> there =
        partitioning.policies().stream().map(table -> table.policy().text()).distinct().toList();
    if (!there.contains(rule.policy().text())) {
      throw new IllegalArgumentException(
          "bundle %s has no table for the exit policy %s at K=%d (it has %s): "
                  .formatted(
                      manifest.name(),
                      rule.policy().text(),
                      partitioning.k(),
                      there.isEmpty() ? "none" : String.join(", ", there))
              + "choose one that it has with --exit-policy, fix a threshold with"
              + " --exit-threshold, or train the bundle again");
    }
  }

  /**
   * One line for every student of a plan, or for its pipeline.
   *
   * @param k the plan's number of partitions
   * @param students the names of the plan's students, in any order, repeats allowed
   * @return nothing for plans of no partitions and for the strategy rocoin
   */
  public static List<String> lines(
      Manifest manifest, DeploymentSpec spec, int k, List<String> students) {
    if (spec.strategy() == Strategy.MDI_EXIT && k > 0) {
      Pipeline pipeline = pipeline(manifest, spec);
      String what = "exits (" + pipeline.name() + "): ";
      return List.of(line(what, pipeline.table(spec.exitRule().policy()), spec.exitRule()));
    }
    if (spec.strategy() != Strategy.DISTREE) {
      return List.of();
    }
    return manifest.partitioning(spec.strategy(), k).stream()
        .flatMap(
            partitioning ->
                students.stream()
                    .distinct()
                    .sorted()
                    .map(student -> line(partitioning, student, spec.exitRule())))
        .toList();
  }

  private static String line(Partitioning partitioning, String student, ExitRule rule) {
    String what = "exits (K=%d, %s): ".formatted(partitioning.k(), student);
    Optional<ExitTable> table = partitioning.table(rule.policy(), student);
    String cheaper =
        table.isEmpty() ? "" : cheaper(partitioning, student, rule, rule.point(table.get()));
    return line(what, table, rule) + cheaper;
  }

  private static String line(String what, Optional<ExitTable> table, ExitRule rule) {
    if (table.isEmpty()) {
      return what
          + "the bundle has no table for "
          + rule.policy().text()
          + (rule.threshold() == null
              ? ": every frame runs to the end"
              : ": nobody measured what the threshold " + rule.threshold() + " comes to");
    }
    OperatingPoint point = rule.point(table.get());
    return what
        + String.format(
            Locale.ROOT,
            "%s threshold %s, expected accuracy loss %.2f points on validation, %.1f %% of the"
                + " computation, expected exit %.2f of %d",
            rule.policy().text(),
            threshold(rule, point),
            100 * (table.get().toTheEnd().validation() - point.validation()),
            100 * point.computation(),
            point.expectedExit(),
            point.exits().size());
  }

  /** A policy that the bundle knows to compute clearly less within the same budget. */
  private static String cheaper(
      Partitioning partitioning, String student, ExitRule rule, OperatingPoint chosen) {
    return partitioning.policies().stream()
        .filter(table -> rule.threshold() == null && table.student().equals(student))
        .min(Comparator.comparingDouble(table -> rule.point(table).computation()))
        .filter(table -> rule.point(table).computation() < chosen.computation() - WORTH_SAYING)
        .map(
            table ->
                String.format(
                    Locale.ROOT,
                    "; --exit-policy %s would take %.1f %%",
                    table.policy().text(),
                    100 * rule.point(table).computation()))
        .orElse("");
  }

  private static String threshold(ExitRule rule, OperatingPoint point) {
    if (rule.threshold() != null) {
      return rule.threshold() == point.threshold()
          ? rule.threshold().toString()
          : rule.threshold() + " (measured at " + point.threshold() + ")";
    }
    return rule.target().isPresent()
        ? "up to " + point.threshold() + ", less while the latency target is kept"
        : Double.toString(point.threshold());
  }
}
