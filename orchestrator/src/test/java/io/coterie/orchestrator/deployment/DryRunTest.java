package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.FleetView;
import io.coterie.client.fleet.Membership;
import io.coterie.planner.cost.LatencyReading;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Report;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A dry run over what is retained comes to the plan that the hub then makes. */
final class DryRunTest {
  private static final List<Manifest> MANIFESTS =
      List.of(
          Fixtures.withPipeline(Fixtures.manifest(1, 2, 3), 3),
          Fixtures.named("other", Fixtures.withPipeline(Fixtures.manifest(2, 4), 2)),
          Fixtures.named("third", Fixtures.withPipeline(Fixtures.manifest(1), 4)));

  private final Replay replay = new Replay().ready();
  private FleetView observed = FleetView.NOTHING;

  private void online(String board, Capability capability) {
    replay.online(board, capability);
    heard(new Membership.CapabilityHeard(board, capability), board);
    state(board, Availability.ONLINE);
  }

  private void state(String board, Availability availability) {
    replay.state(board, availability, 1);
    heard(new Membership.StateHeard(board, new AgentState(availability, 1)), board);
  }

  private void heard(Membership.Input input, String board) {
    observed = observed.with(board, input, replay.nowNs);
  }

  private void deploy(String name, DeploymentSpec spec, Manifest manifest) {
    replay.input(new Input.SpecHeard(name, spec));
    replay.input(new Input.ManifestReady(spec.bundle(), manifest));
    replay.after(300);
  }

  /** What a client hears of the hub's deployments. */
  private FleetView retained(FleetView boards) {
    FleetView now = boards;
    for (Map.Entry<String, DeploymentSpec> spec : replay.state.specs().entrySet()) {
      now = now.withSpec(spec.getKey(), Optional.of(spec.getValue()));
    }
    for (Map.Entry<String, PlanMessage> plan : replay.state.plans().entrySet()) {
      now = now.withPlan(plan.getKey(), Optional.of(plan.getValue()));
    }
    return now;
  }

  private static Map<String, Manifest> manifests() {
    Map<String, Manifest> all = new HashMap<>();
    MANIFESTS.forEach(manifest -> all.put(Fixtures.digest(manifest), manifest));
    return all;
  }

  private static DeploymentSpec spec(Random random, Manifest manifest) {
    DeploymentSpec spec = Fixtures.spec(manifest, random.nextBoolean() ? 0 : 0.98);
    return random.nextInt(4) == 0 ? spec.withStrategy(Strategy.MDI_EXIT, null) : spec;
  }

  static List<Long> seeds() {
    return new Random(77).longs(150).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theDryRunsPlanIsTheHubsPlan(long seed) {
    Random random = new Random(seed);
    int boards = 1 + random.nextInt(8);
    for (int i = 0; i < boards; i++) {
      online("board-" + i, capability(random));
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      Manifest manifest = MANIFESTS.get(random.nextInt(3));
      deploy("deployment-" + random.nextInt(4), spec(random, manifest), manifest);
    }
    if (random.nextBoolean()) {
      state(
          "board-" + random.nextInt(boards),
          random.nextBoolean() ? Availability.STOPPED : Availability.DRAINING);
      online("late", capability(random));
    }
    replay.after(300);
    assertTrue(replay.state.replanAtNs().isEmpty());
    Manifest manifest = MANIFESTS.get(random.nextInt(3));
    String name = "deployment-" + random.nextInt(5);
    DeploymentSpec wanted = spec(random, manifest).withGeneration("wanted");
    FleetView seen = retained(observed);
    DryRun dry = DryRun.of(seen, manifests(), name, wanted, LatencyReading.ALL);
    replay.input(new Input.ManifestReady(Fixtures.digest(manifest), manifest));
    replay.input(new Input.SpecHeard(name, wanted));
    PlanMessage hubs = replay.plan(name);
    String message = "seed " + seed + "\n" + hubs + "\n" + dry.message();
    assertEquals(hubs.groups(), dry.message().groups(), message);
    assertEquals(hubs.complete(), dry.message().complete(), message);
    assertEquals(hubs.k(), dry.message().k(), message);
    assertEquals(hubs.latencyMs(), dry.message().latencyMs(), message);
    assertEquals(hubs.successProbability(), dry.message().successProbability(), message);
    assertEquals(hubs.expectedAccuracy(), dry.message().expectedAccuracy(), message);
    assertEquals(hubs.reasons(), dry.message().reasons(), message);
    assertEquals(hubs.generation(), dry.message().generation(), message);
    assertEquals(wanted.strategy() == Strategy.MDI_EXIT, dry.pipeline().isPresent(), message);
  }

  private static Capability capability(Random random) {
    return new Capability(
        1,
        "1",
        "pi",
        "aarch64",
        4,
        (1 + random.nextInt(6)) * Fixtures.STUDENT_BYTES,
        5e7 + 2e8 * random.nextDouble(),
        1e4 + 1e6 * random.nextDouble(),
        0.3 * random.nextDouble(),
        random.nextInt(8) == 0,
        0,
        0);
  }

  /** Boards whose students take far longer than the model tells, over links that count. */
  @Test
  void measuredTimesAreTheHubsAndTheLinkCountsOnce() {
    Manifest manifest = MANIFESTS.get(0);
    for (String board : List.of("a", "b", "c")) {
      online(
          board,
          new Capability(1, "1", "pi", "aarch64", 4, 1_000_000, 1e8, 2_000, 0.1, false, 0, 0));
    }
    deploy("cam", Fixtures.spec(manifest, 0), manifest);
    for (int round = 1; round <= 6; round++) {
      for (String board : List.of("a", "b", "c")) {
        replay.input(new Input.ReportHeard(board, report(board, 100L * round)));
      }
      replay.after(5_000);
    }
    deploy("cam", Fixtures.spec(manifest, 0).withHedgeMs(60), manifest);
    PlanMessage running = replay.plan("cam");
    assertTrue(running.groups().get(0).members().get(0).measured(), running::toString);
    DeploymentSpec wanted = Fixtures.spec(manifest, 0).withHedgeMs(70);
    DryRun dry = DryRun.of(retained(observed), manifests(), "cam", wanted, LatencyReading.ALL);
    replay.input(new Input.SpecHeard("cam", wanted));
    PlanMessage hubs = replay.plan("cam");
    assertEquals(agents(hubs), agents(dry.message()));
    assertEquals(hubs.latencyMs(), dry.message().latencyMs(), 1e-6 * hubs.latencyMs());
  }

  private static List<List<String>> agents(PlanMessage plan) {
    return plan.groups().stream().map(PlanMessage.Group::agents).toList();
  }

  private Report report(String board, long frames) {
    List<Report.ModelTime> times =
        replay.assignment(board).students().stream()
            .map(
                role ->
                    new Report.ModelTime(
                        role.bundle(),
                        role.strategy(),
                        role.k(),
                        role.partition(),
                        role.student(),
                        40,
                        frames,
                        40.0 * frames,
                        List.of()))
            .toList();
    return Fixtures.report(1, times);
  }

  @Test
  void aBoardThatIsLeftOutForGarbageIsLeftOutHereToo() {
    Manifest manifest = MANIFESTS.get(0);
    for (String board : List.of("a", "b", "c")) {
      online(board, Fixtures.capability(1));
    }
    deploy("cam", Fixtures.spec(manifest, 0.9), manifest);
    PlanMessage plan = replay.plan("cam");
    String bad = plan.groups().get(0).agents().get(0);
    Report.FuserReport fused =
        new Report.FuserReport("cam", 0, 0, 3, 0, List.of(), 0, 0, Map.of(bad, 3L), null);
    replay.input(
        new Input.ReportHeard(
            plan.fuser(),
            new Report(
                1, 0, 0, 0, List.of(), List.of(), List.of(), List.of(fused), null, List.of())));
    PlanMessage without = replay.plan("cam");
    assertTrue(
        without.reasons().stream().anyMatch(r -> r.code() == Reason.Code.BOARD_LEFT_OUT),
        without::toString);
    Manifest other = MANIFESTS.get(1);
    DryRun dry =
        DryRun.of(
            retained(observed), manifests(), "second", Fixtures.spec(other, 0), LatencyReading.ALL);
    assertFalse(dry.message().groups().isEmpty());
    dry.message().groups().forEach(group -> assertFalse(group.agents().contains(bad)));
  }
}
