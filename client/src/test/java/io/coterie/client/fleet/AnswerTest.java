package io.coterie.client.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class AnswerTest {
  private static final DeploymentSpec SPEC = ExamplePlans.SPEC.withGeneration("mine");
  private static final PlanMessage PLAN = ExamplePlans.plan(3, true, "hub", "a");

  private final FleetView led = led(Availability.ONLINE);

  private static FleetView led(Availability state) {
    try {
      return FleetView.NOTHING.after(
          new Topics.Parsed(Topic.ORCHESTRATOR_STATE, List.of()),
          Json.bytes(new OrchestratorState(state, 7, "hub")),
          0);
    } catch (io.coterie.protocol.json.JsonException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Answer answer(FleetView view, PlanMessage plan) {
    return Answer.of(view.withPlan("meter", Optional.of(plan)), "meter", SPEC);
  }

  /** The agent computes partition 0 or 1 of the plan, or fuses. */
  private static FleetView reported(FleetView view, String agent, List<Integer> partitions) {
    AgentState online = new AgentState(Availability.ONLINE, 5);
    List<Report.ModelTime> models =
        partitions.stream()
            .map(
                p ->
                    new Report.ModelTime(
                        SPEC.bundle(), Strategy.ROCOIN, 2, p, "wrn-10-1", 5, 1, 5, List.of()))
            .toList();
    List<String> fuses = partitions.isEmpty() ? List.of("meter") : List.of();
    Report report = new Report(5, 0, 0, 0, models, fuses, List.of(), List.of(), null, List.of());
    return view.with(agent, new Membership.StateHeard(agent, online), 0).with(agent, report, 0);
  }

  @Test
  void nobodyAnswersWhereNobodyLeads() {
    FleetView stopped = led(Availability.STOPPED);
    Answer answer = answer(stopped, PLAN.answering(ExamplePlans.SPEC.withGeneration("older")));
    assertEquals(Answer.State.NO_ORCHESTRATOR, answer.state());
    assertEquals(stopped.orchestrator(), answer.orchestrator());
    assertEquals(Answer.State.NO_ORCHESTRATOR, answer(FleetView.NOTHING, PLAN).state());
  }

  @Test
  void aPlanOfAnotherVersionIsNoAnswer() {
    Answer answer = answer(led, PLAN.answering(ExamplePlans.SPEC.withGeneration("older")));
    assertEquals(Answer.State.UNANSWERED, answer.state());
    assertEquals(Optional.empty(), answer.plan());
  }

  @Test
  void aPlanThatTellsNoVersionCountsWhileSomebodyLeads() {
    assertEquals(Answer.State.STARTING, answer(led, PLAN).state());
  }

  @Test
  void runsWhenEveryAgentSaysSo() {
    PlanMessage plan = PLAN.answering(SPEC);
    Answer begun = answer(led, plan);
    assertEquals(Answer.State.STARTING, begun.state());
    assertEquals(Set.of("a", "c", "hub"), begun.idle());
    FleetView two = reported(reported(led, "a", List.of(0)), "hub", List.of());
    assertEquals(Set.of("c"), answer(two, plan).idle());
    Answer runs = answer(reported(two, "c", List.of(1)), plan);
    assertEquals(Answer.State.RUNS, runs.state());
    assertTrue(runs.state().isFinal());
  }

  @Test
  void aPlanThatLacksSomethingIsAnAnswer() {
    PlanMessage plan = ExamplePlans.plan(3, false, "", "a").answering(SPEC);
    Answer answer = answer(led, plan);
    assertEquals(Answer.State.INCOMPLETE, answer.state());
    assertFalse(answer.state().isFinal());
  }

  @Test
  void aRollOutGoesOnUntilItIsOverOrReturned() {
    DeploymentSpec staged =
        SPEC.withRollout(new RolloutRule(RolloutRule.Mode.STAGED, "", 3)).withGeneration("mine");
    Rollout trying = Rollout.begin(ExamplePlans.SPEC, staged);
    FleetView view = led.withPlan("meter", Optional.of(PLAN.answering(staged).with(trying)));
    assertEquals(Answer.State.ROLLING, Answer.of(view, "meter", staged).state());
    FleetView back =
        led.withPlan("meter", Optional.of(PLAN.answering(staged).with(trying.returned("slow"))));
    Answer returned = Answer.of(back, "meter", staged);
    assertEquals(Answer.State.RETURNED, returned.state());
    assertEquals("slow", returned.rollout().orElseThrow().reason());
  }
}
