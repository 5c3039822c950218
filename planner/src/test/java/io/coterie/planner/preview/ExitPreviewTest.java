package io.coterie.planner.preview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitBundles;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.ExitTable;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.OperatingPoint;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExitPreviewTest {
  private final Manifest manifest = ExitBundles.manifest();

  @Test
  void leavesAsEarlyAsTheBudgetAllows() {
    assertEquals(0.1, point(rule(null, 0.005, null)));
    assertEquals(0.2, point(rule(null, 0.006, null)));
    assertEquals(0.4, point(rule(null, 1, null)));
    assertEquals(0, point(rule(null, 0, null)));
  }

  @Test
  void takesTheNearestMeasuredPointBelowAFixedThreshold() {
    assertEquals(0.2, point(rule(0.3, 0, null)));
    assertEquals(0.4, point(rule(0.4, 0, null)));
    assertEquals(0, point(rule(0.0, 0.5, null)));
  }

  private static double point(ExitRule rule) {
    return rule.point(ExitBundles.table("small")).threshold();
  }

  @Test
  void saysWhatTheRuleComesTo() {
    assertEquals(
        List.of(
            "exits (K=2, small): feature-difference threshold 0.1, expected accuracy loss 0.20"
                + " points on validation, 75.0 % of the computation, expected exit 2.50 of 3"),
        lines(rule(null, 0.005, null), "small", "small"));
  }

  @Test
  void saysWhichPolicyWouldComputeLess() {
    ExitTable entropy =
        new ExitTable(
            ExitPolicy.ENTROPY,
            "small",
            List.of(
                new OperatingPoint(0, 0.9, 0.9, 1, List.of(0.0, 0.0, 1.0)),
                new OperatingPoint(0.3, 0.899, 0.9, 0.5, List.of(0.5, 0.3, 0.2))));
    Manifest both = ExitBundles.manifest(List.of(ExitBundles.table("small"), entropy));
    DeploymentSpec spec = spec(rule(null, 0.005, null));
    String line = ExitPreview.lines(both, spec, 2, List.of("small")).get(0);
    assertTrue(line.endsWith("; --exit-policy entropy would take 50.0 %"), line);
    DeploymentSpec strict = spec(rule(null, 0, null));
    String none = ExitPreview.lines(both, strict, 2, List.of("small")).get(0);
    assertTrue(none.endsWith("expected exit 3.00 of 3"), none);
  }

  @Test
  void saysItForEveryStudentOfThePlan() {
    assertEquals(2, lines(rule(null, 0.005, null), "small", "large", "small").size());
    assertEquals(0, lines(rule(null, 0.005, null)).size());
  }

  @Test
  void saysWhereAThresholdWasMeasured() {
    String line = lines(rule(0.3, 0.005, null), "small").get(0);
    assertTrue(line.contains("threshold 0.3 (measured at 0.2), "), line);
  }

  @Test
  void saysThatALatencyTargetBoundsTheThreshold() {
    String line = lines(rule(null, 0.005, 30.0), "small").get(0);
    assertTrue(line.contains("threshold up to 0.1, "), line);
  }

  @Test
  void saysNothingForRocoin() {
    DeploymentSpec spec = DeploymentSpec.rocoin("0".repeat(64), 1_000, 0.9);
    assertEquals(List.of(), ExitPreview.lines(manifest, spec, 2, List.of("small")));
  }

  @Test
  void refusesABundleWithoutExits() {
    DeploymentSpec rocoin = DeploymentSpec.rocoin("0".repeat(64), 1_000, 0.9);
    assertThrows(IllegalArgumentException.class, () -> ExitPreview.check(manifest, rocoin));
    ExitPreview.check(manifest, spec(rule(null, 0.005, null)));
  }

  @Test
  void refusesAPolicyWithoutATableUnlessTheThresholdIsFixed() {
    ExitRule cosine = new ExitRule(ExitPolicy.COSINE, null, 0.005, null, null);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> ExitPreview.check(manifest, spec(cosine)))
            .getMessage();
    assertTrue(
        message.startsWith(
            "bundle exits has no table for the exit policy cosine at K=2 (it has"
                + " feature-difference): "),
        message);
    ExitRule fixed = new ExitRule(ExitPolicy.COSINE, 0.1, 0.005, null, null);
    ExitPreview.check(manifest, spec(fixed));
    assertTrue(lines(fixed, "small").get(0).contains("nobody measured"));
  }

  private List<String> lines(ExitRule rule, String... students) {
    return ExitPreview.lines(manifest, spec(rule), 2, List.of(students));
  }

  private static DeploymentSpec spec(ExitRule rule) {
    return DeploymentSpec.rocoin("0".repeat(64), 1_000, 0.9).withStrategy(Strategy.DISTREE, rule);
  }

  private static ExitRule rule(Double threshold, double loss, Double targetMs) {
    return new ExitRule(null, threshold, loss, targetMs, null);
  }
}
