package io.coterie.client.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.PlanMessage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FleetViewTest {
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
                    .answering(ExamplePlans.SPEC.withHedgeMs(7))));
    assertEquals(Optional.of(Cause.DEPLOYMENT), FleetView.NOTHING.causeOf("new", PLAN));
  }

  /** A new spec that nobody has read yet is not why a board's loss led to a new plan. */
  @Test
  void aSpecIsACauseOnlyOfThePlanThatAnswersIt() {
    FleetView spec =
        running
            .withPlan("meter", Optional.of(PLAN.answering(ExamplePlans.SPEC)))
            .withSpec("meter", Optional.of(ExamplePlans.SPEC.withHedgeMs(7)));
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
}
