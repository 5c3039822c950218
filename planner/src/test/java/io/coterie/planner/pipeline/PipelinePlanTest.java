package io.coterie.planner.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.Device;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PipelinePlanTest {
  private static final Pipeline PIPELINE = ExamplePipelines.of(10, 10, 10);

  @Test
  void saysWhatIsToBeExpected() {
    PipelinePlan plan =
        plan(List.of(ExamplePipelines.board("a", 1000, 30), ExamplePipelines.board("b", 3000, 30)));
    assertTrue(plan.complete());
    assertEquals(0.898, plan.expectedAccuracy());
    assertEquals(4000 / 2000.0, plan.framesPerSecond(), 1e-9);
    assertEquals(2000 / 3000.0, plan.latencySeconds(), 1e-9);
    assertEquals(0.99, plan.success(), 1e-9);
    assertEquals(List.of(List.of("a", "b"), List.of("a", "b"), List.of("a", "b")), plan.holders());
    assertEquals(List.of(), Reason.texts(plan.reasons()));
  }

  /** The same two boards hold all segments: they are there or gone together. */
  @Test
  void boardsThatHoldManySegmentsAreLostOnce() {
    Pipeline five = ExamplePipelines.of(10, 10, 10, 10, 10);
    PipelinePlan plan =
        PipelinePlan.of(
            List.of(ExamplePipelines.board("a", 1000, 50), ExamplePipelines.board("b", 3000, 50)),
            five,
            ExitRule.ofPipelines(),
            PipelineRule.standard(),
            Double.POSITIVE_INFINITY,
            "",
            "");
    assertEquals(0.99, plan.success(), 1e-12);
  }

  /** Each of two boards holds what the other does not: both have to be there. */
  @Test
  void boardsThatHoldDifferentSegmentsAreBothNeeded() {
    PipelinePlan plan =
        plan(List.of(ExamplePipelines.board("a", 1000, 20), ExamplePipelines.board("b", 1000, 10)));
    int copies = plan.holders().stream().mapToInt(List::size).sum();
    assertEquals(3, copies, plan::toString);
    assertEquals(0.9 * 0.9, plan.success(), 1e-12);
  }

  @Test
  void isNotCompleteWhereItMissesItsDeadline() {
    List<Device> boards =
        List.of(ExamplePipelines.board("a", 1000, 30), ExamplePipelines.board("b", 3000, 30));
    assertTrue(plan(boards, 0.7).complete());
    PipelinePlan late = plan(boards, 0.6);
    assertFalse(late.complete());
    assertTrue(late.runs());
    assertEquals(
        List.of(
            Reason.of(
                Reason.Code.DEADLINE_MISSED,
                "predicted latency 666.67 ms exceeds the deadline of 600.00 ms")),
        late.reasons());
  }

  @Test
  void namesTheSegmentThatIsMissingEverywhere() {
    PipelinePlan plan =
        PipelinePlan.of(
            List.of(ExamplePipelines.board("a", 1, 25)),
            ExamplePipelines.of(10, 30, 10),
            ExitRule.ofPipelines(),
            PipelineRule.standard(),
            Double.POSITIVE_INFINITY,
            "",
            "");
    assertFalse(plan.complete());
    assertEquals(
        "segment 2 is missing everywhere: it takes 30 bytes, the board with the most memory has 25",
        plan.reasons().get(0).text());
  }

  @Test
  void withoutBoardsNothingRuns() {
    PipelinePlan plan = plan(List.of());
    assertFalse(plan.complete());
    assertEquals(List.of("no boards: start an agent"), Reason.texts(plan.reasons()));
  }

  @Test
  void takesTheCheapestPointWithinTheBudget() {
    assertEquals(0.25, PipelinePlan.point(PIPELINE, rule(null, 0.005)).threshold());
    assertEquals(0.5, PipelinePlan.point(PIPELINE, rule(null, 0.2)).threshold());
    assertEquals(0, PipelinePlan.point(PIPELINE, rule(null, 0)).threshold());
  }

  @Test
  void takesThePointBelowAFixedThreshold() {
    assertEquals(0, PipelinePlan.point(PIPELINE, rule(0.2, 0)).threshold());
    assertEquals(0.25, PipelinePlan.point(PIPELINE, rule(0.3, 0)).threshold());
  }

  private static ExitRule rule(Double threshold, double budget) {
    return new ExitRule(ExitPolicy.MAX_SOFTMAX, threshold, budget, null, null);
  }

  private static PipelinePlan plan(List<Device> boards) {
    return plan(boards, Double.POSITIVE_INFINITY);
  }

  private static PipelinePlan plan(List<Device> boards, double deadlineSeconds) {
    return PipelinePlan.of(
        boards, PIPELINE, ExitRule.ofPipelines(), PipelineRule.standard(), deadlineSeconds, "", "");
  }
}
