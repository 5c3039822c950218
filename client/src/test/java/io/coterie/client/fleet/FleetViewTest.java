package io.coterie.client.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FleetViewTest {
  private static final String FUSES_METER =
      "{\"term\":1,\"epoch\":2,\"fusers\":[{\"deployment\":\"meter\",\"bundle\":\""
          + "a".repeat(64)
          + "\",\"k\":1,\"covered\":[0],\"deadlineMs\":500,\"acceptFrom\":1}]}";

  private static final PlanMessage PLAN = ExamplePlans.plan(3, true, "hub", "a", "b");

  private final FleetView running =
      online(FleetView.NOTHING, "a", "b", "c", "hub")
          .withSpec("meter", Optional.of(ExamplePlans.SPEC))
          .withPlan("meter", Optional.of(PLAN));

  private static FleetView online(FleetView observed, String... agents) {
    FleetView now = observed;
    for (String agent : agents) {
      now = state(now, agent, Availability.ONLINE, 5);
      now = now.with(agent, new Membership.CapabilityHeard(agent, ExamplePlans.capability(5)), 0);
    }
    return now;
  }

  private static FleetView state(
      FleetView now, String agent, Availability state, long incarnation) {
    return now.with(agent, new Membership.StateHeard(agent, new AgentState(state, incarnation)), 0);
  }

  @Test
  void isNotReadyWhereNothingIsDeployed() {
    assertEquals(List.of("nothing is deployed"), FleetView.NOTHING.readiness().reasons());
  }

  @Test
  void isNotReadyWithoutACompletePlan() {
    FleetView spec =
        online(FleetView.NOTHING, "a").withSpec("meter", Optional.of(ExamplePlans.SPEC));
    assertEquals(List.of("meter: no plan yet"), spec.readiness().reasons());
    PlanMessage incomplete = ExamplePlans.plan(4, false, "hub", "a", "b");
    FleetView planned = running.withPlan("meter", Optional.of(incomplete));
    assertEquals(List.of("meter: plan 4 is not complete"), planned.readiness().reasons());
  }

  @Test
  void aPausedDeploymentKeepsNobodyElseFromBeingReady() {
    FleetView paused = running.withSpec("other", Optional.of(ExamplePlans.SPEC.withPaused(true)));
    assertTrue(paused.readiness().ready());
    assertEquals(
        List.of("other: paused"),
        paused.deployment("other").readiness("other", paused.fleet()).reasons());
  }

  @Test
  void staysReadyWhileEveryGroupHasAnAgent() {
    assertTrue(running.readiness().ready());
    assertTrue(state(running, "a", Availability.OFFLINE, 5).readiness().ready());
  }

  @Test
  void isNotReadyAnyMoreWhenTheLastReplicaOfAGroupDies() {
    FleetView lost = state(running, "c", Availability.OFFLINE, 5);
    assertEquals(
        List.of("meter: partition 1 has no agent that is online"), lost.readiness().reasons());
    assertTrue(online(lost, "c").readiness().ready());
  }

  @Test
  void ignoresTheLateWillOfAnOlderIncarnation() {
    assertTrue(state(running, "c", Availability.OFFLINE, 4).readiness().ready());
  }

  @Test
  void isNotReadyWithoutAFuser() {
    FleetView lost = state(running, "hub", Availability.STOPPED, 5);
    assertEquals(List.of("meter: neither fuser nor standby is online"), lost.readiness().reasons());
  }

  @Test
  void tellsWhyThereIsANewPlan() {
    assertEquals(Optional.empty(), running.causeOf("meter", PLAN));
    assertEquals(
        Optional.of(Cause.MEASUREMENT),
        running.causeOf("meter", ExamplePlans.plan(4, true, "hub", "b", "a")));
    assertEquals(
        Optional.of(Cause.AGENT_JOINED),
        running.causeOf("meter", ExamplePlans.plan(4, true, "hub", "a", "b", "d")));
    assertEquals(
        Optional.of(Cause.AGENT_LOST),
        state(running, "a", Availability.OFFLINE, 5)
            .causeOf("meter", ExamplePlans.plan(4, true, "hub", "b")));
    assertEquals(
        Optional.of(Cause.DEPLOYMENT),
        running
            .withPlan("meter", Optional.of(PLAN.answering(ExamplePlans.SPEC)))
            .causeOf(
                "meter",
                ExamplePlans.plan(4, true, "hub", "a", "b")
                    .answering(ExamplePlans.SPEC.withHedgeMs(70))));
    assertEquals(Optional.of(Cause.DEPLOYMENT), FleetView.NOTHING.causeOf("new", PLAN));
  }

  /** A new spec that nobody has read yet is not why a board's loss led to a new plan. */
  @Test
  void aSpecIsACauseOnlyOfThePlanThatAnswersIt() {
    FleetView spec =
        running
            .withPlan("meter", Optional.of(PLAN.answering(ExamplePlans.SPEC)))
            .withSpec("meter", Optional.of(ExamplePlans.SPEC.withHedgeMs(70)));
    assertEquals(
        Optional.of(Cause.AGENT_LOST),
        state(spec, "a", Availability.OFFLINE, 5)
            .causeOf("meter", ExamplePlans.plan(4, true, "hub", "b").answering(ExamplePlans.SPEC)));
  }

  @Test
  void leavesOutAgentsAndDeploymentsBeyondItsBounds() {
    FleetView now = running;
    for (int i = 0; i < 2 * FleetView.MOST_AGENTS; i++) {
      now = state(now, "stranger-" + i, Availability.ONLINE, 1);
      now = now.withSpec("spec-" + i, Optional.of(ExamplePlans.SPEC));
    }
    assertEquals(FleetView.MOST_AGENTS, now.fleet().members().size());
    assertEquals(FleetView.MOST_DEPLOYMENTS, now.deployments().size());
    assertTrue(now.leftOut() > 2 * FleetView.MOST_AGENTS);
    FleetView lost = state(now, "c", Availability.OFFLINE, 5);
    assertFalse(lost.deployment("meter").readiness("meter", lost.fleet()).ready());
  }

  @Test
  void forgetsWhatWasCleared() {
    FleetView gone =
        running.withSpec("meter", Optional.empty()).withPlan("meter", Optional.empty());
    assertTrue(gone.deployments().isEmpty());
  }

  @Test
  void isGoneWhenSpecPlanAndRolesAre() throws Exception {
    FleetView view = heard(running, "agents/hub/assignment", FUSES_METER);
    assertEquals(Set.of("hub"), view.agentsOf("meter"));
    view = view.withSpec("meter", Optional.empty());
    assertFalse(view.isGone("meter"), "there is a plan");
    view = view.withPlan("meter", Optional.empty());
    assertFalse(view.isGone("meter"), "the hub's agent still fuses");
    assertTrue(view.isGone("porch"));
    FleetView free = heard(view, "agents/hub/assignment", "{\"term\":1,\"epoch\":3}");
    assertTrue(free.isGone("meter"));
    assertTrue(heard(view, "agents/hub/assignment", "").isGone("meter"));
  }

  @Test
  void agentsThatAreAwayDoNotWorkForADeployment() throws Exception {
    FleetView view = heard(FleetView.NOTHING, "agents/hub/assignment", FUSES_METER);
    assertTrue(view.isGone("meter"));
    assertFalse(state(view, "hub", Availability.DRAINING, 5).isGone("meter"));
    assertTrue(state(view, "hub", Availability.OFFLINE, 5).isGone("meter"));
  }

  @Test
  void knowsWhoLeads() throws Exception {
    String state = "{\"state\":\"online\",\"term\":7,\"id\":\"hub\"}";
    FleetView led = heard(FleetView.NOTHING, "orchestrator/state", state);
    assertEquals(Optional.of("hub"), led.leader());
    FleetView lost = heard(led, "orchestrator/state", state.replace("online", "offline"));
    assertEquals(Optional.empty(), lost.leader());
    assertEquals("hub", lost.orchestrator().orElseThrow().id());
  }

  private static FleetView heard(FleetView view, String topic, String payload)
      throws JsonException {
    Topics.Parsed parsed = new Topics("coterie").parse("coterie/" + topic).orElseThrow();
    return view.after(parsed, payload.getBytes(StandardCharsets.UTF_8), 0);
  }
}
