package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.STUDENT_BYTES;
import static io.coterie.orchestrator.deployment.Fixtures.capability;
import static io.coterie.orchestrator.deployment.Fixtures.digest;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.spec;
import static io.coterie.orchestrator.deployment.Fixtures.withPipeline;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRole.Neighbour;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.PipelineRule.Topology;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Deployments of the strategy mdi-exit. */
final class PipelinesTest {
  private static final Manifest MANIFEST = withPipeline(manifest(2), 3);
  private static final List<Integer> ALL = List.of(1, 2, 3);

  private final Replay replay = new Replay();

  @Test
  void everyBoardGetsAllSegmentsAndItsNeighbours() {
    running(PipelineRule.standard(), "a", "b", "c");
    PlanMessage plan = replay.plan("cam");
    assertTrue(plan.complete(), plan::toString);
    assertEquals(Strategy.MDI_EXIT, plan.strategy());
    assertEquals(3, plan.k());
    assertEquals("a", plan.fuser());
    assertEquals("b", plan.standby());
    assertEquals(List.of("a", "b", "c"), plan.groups().get(2).agents());
    assertEquals(List.of(), Reason.texts(plan.reasons()));
    PipelineRole role = role("c");
    assertEquals(ALL, role.segments());
    assertEquals("a", role.source());
    assertEquals(List.of(new Neighbour("a", ALL), new Neighbour("b", ALL)), role.neighbours());
    assertEquals(List.of(), replay.assignment("c").students());
  }

  @Test
  void theStandbyFollowsALostSource() {
    running(PipelineRule.standard(), "a", "b", "c");
    replay.state("a", Availability.OFFLINE, 1);
    assertEquals("b", replay.plan("cam").fuser());
    assertEquals("c", replay.plan("cam").standby());
    assertEquals(List.of(new Neighbour("b", ALL)), role("c").neighbours());
    assertEquals(List.of("b", "c", "a"), replay.assigned());
  }

  /** A board that starts again reads its retained assignment before there is a new plan. */
  @Test
  void aLostSourceIsNoSourceWhenItComesBack() {
    running(PipelineRule.standard(), "a", "b", "c");
    replay.state("a", Availability.OFFLINE, 1);
    assertEquals(List.of(), replay.assignment("a").pipelines());
    assertEquals(replay.plan("cam").epoch(), replay.assignment("a").epoch());
    replay.online("a", capability(2));
    replay.after(200);
    assertEquals("b", role("a").source());
    assertEquals("b", role("b").source());
  }

  @Test
  void aBoardThatComesBackJoinsAndMovesNobody() {
    running(PipelineRule.standard(), "a", "b", "c");
    replay.state("a", Availability.OFFLINE, 1);
    replay.online("a", capability(2));
    replay.after(200);
    assertEquals("b", replay.plan("cam").fuser());
    assertEquals("c", replay.plan("cam").standby());
    assertEquals(2, role("b").neighbours().size());
  }

  @Test
  void aLostWorkerIsToldToItsNeighboursOnly() {
    PipelineRule ring = new PipelineRule(null, Topology.RING, null, null, null, null);
    running(ring, "a", "b", "c", "d");
    replay.state("c", Availability.OFFLINE, 1);
    assertEquals("a", replay.plan("cam").fuser());
    assertEquals(List.of("a", "d"), names(role("b").neighbours()));
    assertEquals(List.of("a", "b"), names(role("d").neighbours()));
  }

  @Test
  void boardsWithLittleMemoryShareTheSegments() {
    replay.ready();
    for (String board : List.of("a", "b", "c")) {
      replay.online(board, capability(1, false, 0, 0, STUDENT_BYTES));
    }
    deploy(PipelineRule.standard());
    assertTrue(replay.plan("cam").complete(), replay.plan("cam")::toString);
    assertEquals(
        List.of(1, 1, 1),
        replay.plan("cam").groups().stream().map(g -> g.agents().size()).toList());
    replay.state(replay.plan("cam").groups().get(1).agents().get(0), Availability.OFFLINE, 1);
    PlanMessage plan = replay.plan("cam");
    assertFalse(plan.complete());
    assertTrue(plan.reasons().get(0).text().contains("is missing everywhere"), plan::toString);
  }

  @Test
  void withoutABoardTheHubRefusesTheFrames() {
    replay.ready();
    replay.online("hub", capability(1, true, 0, 0, 10 * STUDENT_BYTES));
    deploy(PipelineRule.standard());
    assertFalse(replay.plan("cam").complete());
    assertEquals(List.of("no boards: start an agent"), Reason.texts(replay.plan("cam").reasons()));
    assertEquals(List.of(), role("hub").segments());
    assertEquals("hub", role("hub").source());
  }

  @Test
  void aPipelineThatTheBundleLacksIsNamed() {
    running(new PipelineRule("other", null, null, null, null, null), "a");
    assertEquals(
        List.of("bundle test has no pipeline other: it has [net]"),
        Reason.texts(replay.plan("cam").reasons()));
    assertEquals(
        List.of(), replay.assignment("a") == null ? List.of() : replay.assignment("a").pipelines());
  }

  @Test
  void aHoleInTheListsIsAReason() {
    running(
        new PipelineRule(
            null, Topology.LIST, Map.of("a", List.of("b", "z"), "b", List.of()), null, null, null),
        "a",
        "b");
    assertEquals(
        List.of("neighbour list of a names z, which has no list: give it one, may it be empty"),
        Reason.texts(replay.plan("cam").reasons()));
  }

  @Test
  void anotherRuleReachesEveryBoard() {
    running(PipelineRule.standard(), "a", "b");
    PipelineRule other =
        new PipelineRule(null, null, null, null, PipelineRule.Admission.THRESHOLD, null);
    replay.input(new Input.SpecHeard("cam", pipelineSpec(other)));
    assertEquals(List.of("a", "b"), replay.assigned());
    assertEquals(other, role("b").rule());
  }

  @Test
  void whatTheSourceAdmitsIsClearedWithThePipeline() {
    running(PipelineRule.standard(), "a", "b");
    replay.input(new Input.SpecHeard("cam", spec(MANIFEST, 0.5)));
    assertEquals(
        List.of(new Effect.ClearAdmitted("cam")), replay.effects(Effect.ClearAdmitted.class));
    replay.input(new Input.SpecHeard("cam", pipelineSpec(PipelineRule.standard())));
    assertEquals(List.of(), replay.effects(Effect.ClearAdmitted.class));
    replay.input(new Input.SpecRemoved("cam"));
    assertEquals(1, replay.effects(Effect.ClearAdmitted.class).size());
  }

  @Test
  void deploymentsShareTheMemory() {
    replay.ready();
    replay.online("a", capability(1, false, 0, 0, 4 * STUDENT_BYTES));
    deploy(PipelineRule.standard());
    replay.input(new Input.SpecHeard("dam", pipelineSpec(PipelineRule.standard())));
    assertTrue(replay.plan("cam").complete());
    assertFalse(replay.plan("dam").complete());
  }

  private void running(PipelineRule rule, String... boards) {
    replay.ready();
    for (String board : boards) {
      replay.online(board);
    }
    deploy(rule);
  }

  private void deploy(PipelineRule rule) {
    replay.input(new Input.SpecHeard("cam", pipelineSpec(rule)));
    replay.input(new Input.ManifestReady(digest(MANIFEST), MANIFEST));
  }

  private static DeploymentSpec pipelineSpec(PipelineRule rule) {
    return spec(MANIFEST, 0.5).withStrategy(Strategy.MDI_EXIT, null).withPipeline(rule);
  }

  private PipelineRole role(String agent) {
    return replay.assignment(agent).pipelines().get(0);
  }

  private static List<String> names(List<Neighbour> neighbours) {
    return neighbours.stream().map(Neighbour::agent).toList();
  }
}
