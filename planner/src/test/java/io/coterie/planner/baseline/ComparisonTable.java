package io.coterie.planner.baseline;

import io.coterie.planner.placement.Zoo;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.BundleException;
import io.coterie.protocol.bundle.Manifest;
import java.nio.file.Path;

/**
 * Prints the comparison of the planner with the baselines, for the {@link Zoo} and the repository's
 * bundles. Not a test; run it with
 *
 * <pre>
 * mvn -q -Dquick -Pbenchmark -DskipTests -pl planner -am test \
 *   -Dbenchmark.main=io.coterie.planner.baseline.ComparisonTable</pre>
 */
final class ComparisonTable {
  private ComparisonTable() {}

  /** Takes no arguments; expects to run in the module's folder. */
  public static void main(String[] args) throws BundleException {
    print(Zoo.manifest());
    for (String name : new String[] {"cifar10", "meter-digits"}) {
      print(Bundle.open(Path.of("../models/zoo", name)).manifest());
    }
  }

  private static void print(Manifest manifest) {
    Comparison comparison = Comparison.run(manifest, 1000, 8, 0.9, 1);
    System.out.printf(
        "%s: %d fleets, %d can meet the target 0.9%n",
        manifest.name(), comparison.fleets(), comparison.feasible());
    System.out.print(comparison.table());
  }
}
