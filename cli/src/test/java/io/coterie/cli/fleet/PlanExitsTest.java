package io.coterie.cli.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.InForce;
import io.coterie.planner.placement.Objective;
import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.PlanRequest;
import io.coterie.planner.placement.Planner;
import io.coterie.protocol.bundle.ExitBundles;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a dry run says of exits. */
final class PlanExitsTest {
  private final Manifest manifest = ExitBundles.manifest();
  private final Plan plan =
      Planner.plan(
          new PlanRequest(
              List.of(
                  new Device("a", 10_000, 1 << 20, 1e12, 0.05),
                  new Device("b", 10_000, 1 << 20, 1e12, 0.05)),
              manifest,
              Objective.of(0.5),
              CostModel.unmeasured(),
              InForce.NOTHING));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void saysOnlyWhatTheRuleComesToWithoutALatencyTarget() {
    assertTrue(print(null));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("exits (K=2, "), text);
    assertEquals(1, text.lines().count());
  }

  @Test
  void saysWhichExitsReachTheTarget() {
    double lastMs = 1e3 * plan.latencySeconds();
    assertTrue(print(lastMs * 0.6));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("exit 2 after"), text);
    assertTrue(text.lines().skip(1).allMatch(line -> line.endsWith("does not")), text);
  }

  @Test
  void saysTheNearestReachableLatency() {
    assertFalse(print(1e3 * plan.latencySeconds() * 0.1));
    String text = out.toString(StandardCharsets.UTF_8);
    assertTrue(text.contains("no exit reaches it; the nearest reachable is"), text);
  }

  private boolean print(Double targetMs) {
    DeploymentSpec spec =
        DeploymentSpec.rocoin("0".repeat(64), 1_000, 0.5)
            .withStrategy(Strategy.DISTREE, new ExitRule(null, null, 0.005, targetMs, null));
    return PlanCommand.printExits(
        plan, manifest, spec, new PrintStream(out, true, StandardCharsets.UTF_8));
  }
}
