package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.digest;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.spec;
import static io.coterie.orchestrator.deployment.Fixtures.withExits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.StudentRole;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Deployments whose frames may leave early. */
final class DeploymentExitsTest {
  private static final Manifest MANIFEST = withExits(manifest(2), 4);

  private final Replay replay = new Replay();

  @Test
  void plansTheStrategyThatIsWanted() {
    running(ExitRule.standard());
    PlanMessage plan = replay.plan("cam");
    assertTrue(plan.complete(), plan::toString);
    assertEquals(Strategy.DISTREE, plan.strategy());
    assertEquals(Strategy.DISTREE, fuser().strategy());
    assertEquals(Strategy.DISTREE, student().strategy());
    assertEquals(ExitRule.Mode.CONTINUE, student().mode());
    assertEquals(List.of(), Reason.texts(plan.reasons()));
  }

  @Test
  void tellsTheFuserOfAnotherRuleAndMovesNobody() {
    running(ExitRule.standard());
    PlanMessage before = replay.plan("cam");
    StudentRole student = student();
    ExitRule other = new ExitRule(ExitPolicy.COSINE, 0.5, 0, null, null);
    replay.input(new Input.SpecHeard("cam", distree(other)));
    assertEquals(other, fuser().exitRule());
    assertEquals(Set.of(before.fuser(), before.standby()), Set.copyOf(replay.assigned()));
    assertEquals(before.answering(distree(other)), replay.plan("cam"));
    assertEquals(student, student());
  }

  @Test
  void tellsTheBoardsOfAnotherMode() {
    running(ExitRule.standard());
    replay.input(
        new Input.SpecHeard("cam", distree(new ExitRule(null, null, 0, null, ExitRule.Mode.WAIT))));
    assertEquals(List.of("a", "b"), replay.assigned());
    assertEquals(ExitRule.Mode.WAIT, student().mode());
    assertEquals(ExitRule.Mode.WAIT, fuser().exitRule().mode());
  }

  @Test
  void aRepeatedRuleChangesNothing() {
    running(ExitRule.standard());
    replay.input(new Input.SpecHeard("cam", distree(ExitRule.standard())));
    assertEquals(List.of(), replay.effects);
  }

  @Test
  void anotherStrategyIsAnotherLayout() {
    replay.ready();
    replay.online("a");
    replay.online("b");
    replay.deploy("cam", MANIFEST, 0.5);
    PlanMessage rocoin = replay.plan("cam");
    assertEquals(Strategy.ROCOIN, rocoin.strategy());
    replay.input(new Input.SpecHeard("cam", distree(ExitRule.standard())));
    PlanMessage plan = replay.plan("cam");
    assertEquals(Strategy.DISTREE, plan.strategy());
    assertEquals(rocoin.k(), plan.k());
    assertTrue(plan.acceptFrom() > rocoin.acceptFrom(), plan::toString);
    assertEquals(plan.acceptFrom(), fuser().acceptFrom());
    assertEquals(List.of("a", "b"), replay.assigned());
  }

  @Test
  void saysThatABundleHasNoExits() {
    Manifest without = manifest(2);
    replay.ready();
    replay.online("a");
    replay.input(new Input.SpecHeard("cam", distree(without, ExitRule.standard())));
    replay.input(new Input.ManifestReady(digest(without), without));
    PlanMessage plan = replay.plan("cam");
    assertFalse(plan.complete());
    assertEquals(0, plan.k());
    assertEquals(List.of("bundle test has nothing for distree"), Reason.texts(plan.reasons()));
    assertEquals(List.of(), replay.assignment("a") == null ? List.of() : roles());
  }

  @ParameterizedTest
  @CsvSource({
    "MAX_SOFTMAX, 0.25",
    "ENTROPY, 0.25",
    "FEATURE_DIFFERENCE, 0.5",
    "COSINE, 0.5",
  })
  void saysThatNoExitReachesALatencyTarget(ExitPolicy policy, double part) {
    running(new ExitRule(policy, null, 0.01, 0.5, null));
    PlanMessage plan = replay.plan("cam");
    assertTrue(plan.complete(), plan::toString);
    assertEquals(
        List.of(
            String.format(
                Locale.ROOT,
                "latency target 0.5 ms: no exit reaches it, the earliest is predicted at %.1f ms",
                part * plan.latencyMs())),
        Reason.texts(plan.reasons()));
  }

  @Test
  void saysNothingOfATargetThatTheEarliestExitReaches() {
    running(ExitRule.standard());
    double latencyMs = replay.plan("cam").latencyMs();
    ExitRule rule = new ExitRule(ExitPolicy.ENTROPY, null, 0.01, 0.26 * latencyMs, null);
    replay.input(new Input.SpecHeard("cam", distree(rule)));
    assertEquals(List.of(), Reason.texts(replay.plan("cam").reasons()));
    assertEquals(rule, fuser().exitRule());
  }

  private void running(ExitRule rule) {
    replay.ready();
    replay.online("a");
    replay.online("b");
    replay.input(new Input.SpecHeard("cam", distree(rule)));
    replay.input(new Input.ManifestReady(digest(MANIFEST), MANIFEST));
  }

  private static DeploymentSpec distree(ExitRule rule) {
    return distree(MANIFEST, rule);
  }

  private static DeploymentSpec distree(Manifest manifest, ExitRule rule) {
    return spec(manifest, 0.5).withStrategy(Strategy.DISTREE, rule);
  }

  private FuserRole fuser() {
    return replay.assignment(replay.plan("cam").fuser()).fusers().get(0);
  }

  private StudentRole student() {
    return replay.assignment("a").students().get(0);
  }

  private List<StudentRole> roles() {
    return replay.assignment("a").students();
  }
}
