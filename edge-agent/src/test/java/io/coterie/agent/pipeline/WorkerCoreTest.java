package io.coterie.agent.pipeline;

import static io.coterie.agent.pipeline.Effects.DEADLINE_MS;
import static io.coterie.agent.pipeline.Effects.ack;
import static io.coterie.agent.pipeline.Effects.assertNone;
import static io.coterie.agent.pipeline.Effects.computed;
import static io.coterie.agent.pipeline.Effects.frame;
import static io.coterie.agent.pipeline.Effects.job;
import static io.coterie.agent.pipeline.Effects.load;
import static io.coterie.agent.pipeline.Effects.neighbour;
import static io.coterie.agent.pipeline.Effects.only;
import static io.coterie.agent.pipeline.Effects.response;
import static io.coterie.agent.pipeline.Effects.role;
import static io.coterie.agent.pipeline.Effects.sent;
import static io.coterie.agent.pipeline.Effects.worker;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.InboxMessage.AckStatus;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a board computes and hands over. */
final class WorkerCoreTest {
  private static final long MS = Pipelines.MS;
  private static final double SURE = 1e-6;
  private static final double UNSURE = 0.9;

  /** The source, with b as a neighbour that holds everything. */
  private final WorkerCore source = worker("a", role(0.5, neighbour("b", 1, 2, 3)));

  @Test
  void oneWorkerKeepsAllLocal() {
    WorkerCore alone = worker("a", role(0.5));
    Work job = job(frame(alone, "f", 0));
    frame(alone, "g", 0);
    List<PipelineEffect> effects = List.of();
    for (int segment = 1; segment <= 3; segment++) {
      assertEquals(segment, job.segment());
      assertEquals("f", job.key().frame());
      effects = alone.computed(computed(job, UNSURE), segment * MS);
      assertNone(effects, PipelineEffect.Send.class);
      job = job(effects);
    }
    assertEquals(Outcome.OK, response(effects).status());
    assertEquals(List.of("a", "a", "a"), response(effects).path());
    assertEquals("g", job.key().frame());
  }

  @Test
  void everythingLeavesAtTheFirstExitAtTheLargestThreshold() {
    WorkerCore worker = worker("a", role(1));
    PipelineResult result =
        response(worker.computed(computed(job(frame(worker, "f", 0)), UNSURE), MS));
    assertEquals(1, result.exit());
  }

  @ParameterizedTest
  @ValueSource(doubles = {SURE, UNSURE})
  void nothingLeavesEarlyAtThreshold0(double score) {
    WorkerCore worker = worker("a", role(0));
    Work job = job(frame(worker, "f", 0));
    job = job(worker.computed(computed(job, score), MS));
    job = job(worker.computed(computed(job, score), 2 * MS));
    assertEquals(3, response(worker.computed(computed(job, score), 3 * MS)).exit());
  }

  @Test
  void sureFramesLeaveAndOthersGoOn() {
    Work job = job(frame(source, "f", 0));
    assertEquals(2, job(source.computed(computed(job, 0.51), MS)).segment());
    Work other = job(frame(worker("a", role(0.5)), "f", 0));
    WorkerCore second = worker("a", role(0.5));
    frame(second, "f", 0);
    assertEquals(1, response(second.computed(computed(other, 0.49), MS)).exit());
  }

  @Test
  void handsOverWhatIsComputedEarlierThere() {
    source.load("b", load(0, 0), 0);
    Work job = job(frame(source, "f", 0));
    frame(source, "g", 0);
    List<PipelineEffect> effects = source.computed(computed(job, UNSURE), 10 * MS);
    // A first segment waits here, nothing waits there.
    Task task = sent(effects, Task.class).get(0);
    assertEquals(2, task.segment());
    assertEquals(List.of("a"), task.path());
    assertEquals(DEADLINE_MS - 10, task.remainingMs());
    assertEquals("g", job(effects).key().frame());
    assertEquals(1, source.report().handed());
  }

  @Test
  void handsOverFramesThatWaitToo() {
    source.load("b", load(0, 0), 0);
    frame(source, "f", 0);
    frame(source, "g", 0);
    Task task = sent(frame(source, "h", 0), Task.class).get(0);
    assertEquals(1, task.segment());
    assertEquals(List.of(), task.path());
    assertEquals("h", task.frame().orElseThrow().text());
  }

  @Test
  void keepsFramesWhereNobodyElseHoldsTheFirstSegment() {
    WorkerCore first = worker("a", role(0.5, neighbour("b", 2, 3)));
    first.load("b", load(0, 0), 0);
    for (int i = 0; i < 5; i++) {
      assertNone(frame(first, "f" + i, 0), PipelineEffect.Send.class);
    }
    assertEquals(5, first.report().queued());
  }

  @Test
  void looksItselfAtAPictureThatWasHandedBack() {
    WorkerCore first = worker("a", role(0.5, neighbour("b", 1, 2, 3), neighbour("c", 1, 2, 3)));
    first.load("b", load(0, 0), 0);
    Work f = job(frame(first, "f", 0));
    frame(first, "g", 0);
    Task task = sent(frame(first, "h", 0), Task.class).get(0);
    first.load("c", load(0, 0), 0);
    first.received(ack(task, "b", AckStatus.REFUSED), MS);
    Work g = job(first.computed(computed(f, SURE), 2 * MS));
    Work h = job(first.computed(computed(g, SURE), 3 * MS));
    Computed unusable = Computed.rejected(h, 1, "no picture");
    PipelineResult result = response(first.computed(unusable, 4 * MS));
    assertEquals(Outcome.REJECTED, result.status());
    assertEquals("h", result.arrival().key().frame());
  }

  @Test
  void keepsWhatTheNeighbourWouldComputeMuchLater() {
    // 20 frames wait there for an hour: neither rule hands anything over.
    source.load("b", load(20, 3_600_000), 0);
    frame(source, "f", 0);
    frame(source, "g", 0);
    assertNone(frame(source, "h", 0), PipelineEffect.Send.class);
    assertEquals(1, source.report().outgoing());
  }

  @Test
  void countsWhatItHandedOverSinceTheLastReport() {
    source.load("b", load(0, 0), 0);
    int handed = 0;
    Work job = job(frame(source, "f0", 0));
    for (int i = 1; i <= 3; i++) {
      frame(source, "f" + i, 0);
    }
    for (int i = 1; i <= 2; i++) {
      List<PipelineEffect> effects = source.computed(computed(job, UNSURE), 10L * i * MS);
      handed += sent(effects, Task.class).size();
      job = job(effects);
    }
    // O is 1 after each: only the first time is that more than waits there.
    assertEquals(1, handed);
  }

  @Test
  void handsNothingToWhoWasNotHeardForThreePeriods() {
    source.load("b", load(0, 0), 0);
    Work job = job(frame(source, "f", 1600 * MS));
    frame(source, "g", 1600 * MS);
    List<PipelineEffect> effects = source.computed(computed(job, UNSURE), 1610 * MS);
    assertNone(effects, PipelineEffect.Send.class);
  }

  @Test
  void mustHandOverWhatItDoesNotHold() {
    WorkerCore first =
        worker("a", role(List.of(1), "a", "", 0.5, neighbour("b", 2, 3), neighbour("c", 3)));
    first.load("b", load(100, 100_000), 0);
    first.load("c", load(0, 0), 0);
    Work job = job(frame(first, "f", 0));
    List<PipelineEffect> effects = first.computed(computed(job, UNSURE), 10 * MS);
    assertEquals("b", only(effects, PipelineEffect.Send.class).to());
  }

  @Test
  void handsOverAsSoonAsTheNeighbourIsHeard() {
    WorkerCore first = worker("a", role(List.of(1), "a", "", 0.5, neighbour("b", 2, 3)));
    Work job = job(frame(first, "f", 0));
    assertNone(first.computed(computed(job, UNSURE), 10 * MS), PipelineEffect.Send.class);
    assertEquals(1, sent(first.load("b", load(0, 0), 20 * MS), Task.class).size());
  }

  @Test
  void tasksHaveIdsOfTheirOwnInEveryIncarnation() {
    String first = handed("f").id();
    WorkerCore again = new WorkerCore("a", Pipelines.of(4000, 8000, 8000), 8);
    again.assign(role(List.of(1), "a", "", 0.5, neighbour("b", 2, 3)), 1, 0);
    again.load("b", load(0, 0), 0);
    Work job = job(frame(again, "f", 0));
    Task other = sent(again.computed(computed(job, UNSURE), MS), Task.class).get(0);
    assertNotEquals(first, other.id());
  }

  /** Makes the source hand a frame's second segment to b. */
  private Task handed(String id) {
    source.load("b", load(0, 0), 0);
    Work job = job(frame(source, id, 0));
    frame(source, id + "1", 0);
    return sent(source.computed(computed(job, UNSURE), 10 * MS), Task.class).get(0);
  }

  @Test
  void keepsATaskUntilItsReceipt() {
    Task task = handed("f");
    assertEquals(1, source.report().handed());
    source.received(ack(task, "c", AckStatus.DONE), 20 * MS);
    assertEquals(1, source.report().handed());
    source.received(ack(task, "b", AckStatus.DONE), 20 * MS);
    assertEquals(0, source.report().handed());
    assertEquals(0, source.report().reoffered());
  }

  @Test
  void takesBackWhatIsRefusedAndDoesNotOfferItThereAgain() {
    Task task = handed("f");
    source.received(ack(task, "b", AckStatus.REFUSED), 20 * MS);
    assertEquals(0, source.report().handed());
    List<PipelineEffect> effects = source.load("b", load(0, 0), 30 * MS);
    assertEquals(List.of(), sent(effects, Task.class));
    assertTrue(source.report().queued() + source.report().outgoing() >= 2);
  }

  @Test
  void takesBackWhatIsLate() {
    handed("f");
    // Expected at once, so late after two periods.
    source.tick(900 * MS);
    assertEquals(1, source.report().handed());
    source.tick(1011 * MS);
    assertEquals(0, source.report().handed());
    assertEquals(1, source.report().reoffered());
  }

  @Test
  void takesBackWhatALostNeighbourHad() {
    handed("f");
    source.assign(role(0.5, neighbour("c", 1, 2, 3)), 2, 20 * MS);
    assertEquals(0, source.report().handed());
    assertEquals(1, source.report().reoffered());
    assertEquals(2, source.report().queued() + source.report().outgoing());
  }

  @Test
  void forgetsAtTheDeadlineWhatOthersHave() {
    handed("f");
    source.tick(DEADLINE_MS * MS);
    assertEquals(0, source.report().handed());
    assertEquals(0, source.report().queued() - 1 + source.report().outgoing());
  }
}
