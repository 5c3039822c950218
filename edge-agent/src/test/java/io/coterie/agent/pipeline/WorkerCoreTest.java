package io.coterie.agent.pipeline;

import static io.coterie.agent.pipeline.Effects.all;
import static io.coterie.agent.pipeline.Effects.assertNone;
import static io.coterie.agent.pipeline.Effects.computed;
import static io.coterie.agent.pipeline.Effects.job;
import static io.coterie.agent.pipeline.Effects.neighbour;
import static io.coterie.agent.pipeline.Effects.only;
import static io.coterie.agent.pipeline.Effects.receipt;
import static io.coterie.agent.pipeline.Effects.response;
import static io.coterie.agent.pipeline.Effects.role;
import static io.coterie.agent.pipeline.Effects.sent;
import static io.coterie.agent.pipeline.Effects.task;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.InboxMessage.Answer;
import io.coterie.protocol.message.InboxMessage.Fate;
import io.coterie.protocol.message.InboxMessage.Receipt;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.Load;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a board computes, hands over and takes over. */
final class WorkerCoreTest {
  private static final long MS = Pipelines.MS;
  private static final double SURE = 1e-6;
  private static final double UNSURE = 0.9;

  /** The source, with b as a neighbour that holds everything. */
  private final WorkerCore source = worker("a", role(0.5, neighbour("b", 1, 2, 3)));

  private static WorkerCore worker(String agent, PipelineRole role) {
    WorkerCore worker = new WorkerCore(agent, Pipelines.of(4000, 8000, 8000), 7);
    worker.assign(role, 1, 0);
    return worker;
  }

  private static List<PipelineEffect> frame(WorkerCore worker, String id, long nowNs) {
    return worker.frame(Pipelines.arrival(id), Pipelines.message(id), nowNs);
  }

  private static Load load(int queued, double waitMs) {
    return new Load(Pipelines.DEPLOYMENT, queued, waitMs, 0);
  }

  @Test
  void oneWorkerKeepsAllLocal() {
    WorkerCore alone = worker("a", role(0.5));
    Job job = job(frame(alone, "f", 0));
    frame(alone, "g", 0);
    for (int segment = 1; segment <= 3; segment++) {
      assertEquals(segment, job.segment());
      List<PipelineEffect> effects = alone.computed(computed(job, UNSURE), segment * MS);
      assertNone(effects, PipelineEffect.Send.class);
      // The other frame's first segment is before this one's second.
      Job other = job(effects);
      if (segment == 3) {
        assertEquals(Outcome.OK, response(effects).status());
        assertEquals(List.of("a", "a", "a"), response(effects).path());
        break;
      }
      assertEquals("g", other.key().frame());
      job = job(alone.computed(computed(other, UNSURE), segment * MS));
      assertEquals("f", job.key().frame());
    }
  }

  @Test
  void everythingLeavesAtTheFirstExitAtTheLargestThreshold() {
    WorkerCore worker = worker("a", role(1));
    Answered answered = response(worker.computed(computed(job(frame(worker, "f", 0)), UNSURE), MS));
    assertEquals(1, answered.exit());
  }

  @ParameterizedTest
  @ValueSource(doubles = {SURE, UNSURE})
  void nothingLeavesEarlyAtThreshold0(double score) {
    WorkerCore worker = worker("a", role(0));
    Job job = job(frame(worker, "f", 0));
    job = job(worker.computed(computed(job, score), MS));
    job = job(worker.computed(computed(job, score), 2 * MS));
    assertEquals(3, response(worker.computed(computed(job, score), 3 * MS)).exit());
  }

  @Test
  void sureFramesLeaveAndOthersGoOn() {
    Job job = job(frame(source, "f", 0));
    assertEquals(2, job(source.computed(computed(job, 0.51), MS)).segment());
    Job other = job(frame(worker("a", role(0.5)), "f", 0));
    WorkerCore second = worker("a", role(0.5));
    frame(second, "f", 0);
    assertEquals(1, response(second.computed(computed(other, 0.49), MS)).exit());
  }

  @Test
  void handsOverWhatIsComputedEarlierThere() {
    source.load("b", load(0, 0), 0);
    Job job = job(frame(source, "f", 0));
    frame(source, "g", 0);
    frame(source, "h", 0);
    List<PipelineEffect> effects = source.computed(computed(job, UNSURE), 10 * MS);
    // Two first segments wait here, nothing waits there.
    Task task = sent(effects, Task.class).get(0);
    assertEquals(2, task.segment());
    assertEquals(List.of("a"), task.path());
    assertEquals(Effects.DEADLINE_MS - 10, task.leftMs());
    assertEquals("g", job(effects).key().frame());
    assertEquals(1, source.report().handed());
  }

  @Test
  void keepsWhatTheNeighbourWouldComputeMuchLater() {
    // 20 frames wait there for an hour: neither rule hands anything over.
    source.load("b", load(20, 3_600_000), 0);
    Job job = job(frame(source, "f", 0));
    frame(source, "g", 0);
    assertNone(source.computed(computed(job, UNSURE), 10 * MS), PipelineEffect.Send.class);
    assertEquals(1, source.report().outgoing());
  }

  @Test
  void countsWhatItHandedOverSinceTheLastReport() {
    source.load("b", load(0, 0), 0);
    int handed = 0;
    Job job = job(frame(source, "f0", 0));
    for (int i = 1; i <= 3; i++) {
      frame(source, "f" + i, 0);
    }
    for (int i = 1; i <= 2; i++) {
      List<PipelineEffect> effects = source.computed(computed(job, UNSURE), 10 * i * MS);
      handed += sent(effects, Task.class).size();
      job = job(effects);
    }
    // O is 1 after each: only the first time is that more than waits there.
    assertEquals(1, handed);
  }

  @Test
  void handsNothingToWhoWasNotHeardForThreePeriods() {
    source.load("b", load(0, 0), 0);
    Job job = job(frame(source, "f", 1600 * MS));
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
    Job job = job(frame(first, "f", 0));
    List<PipelineEffect> effects = first.computed(computed(job, UNSURE), 10 * MS);
    assertEquals("b", only(effects, PipelineEffect.Send.class).to());
  }

  @Test
  void handsOverAsSoonAsTheNeighbourIsHeard() {
    WorkerCore first = worker("a", role(List.of(1), "a", "", 0.5, neighbour("b", 2, 3)));
    Job job = job(frame(first, "f", 0));
    assertNone(first.computed(computed(job, UNSURE), 10 * MS), PipelineEffect.Send.class);
    assertEquals(1, sent(first.load("b", load(0, 0), 20 * MS), Task.class).size());
  }

  @Test
  void tasksHaveIdsOfTheirOwnInEveryIncarnation() {
    String first = handed("f").id();
    WorkerCore again = new WorkerCore("a", Pipelines.of(4000, 8000, 8000), 8);
    again.assign(role(List.of(1), "a", "", 0.5, neighbour("b", 2, 3)), 1, 0);
    again.load("b", load(0, 0), 0);
    Job job = job(frame(again, "f", 0));
    Task other = sent(again.computed(computed(job, UNSURE), MS), Task.class).get(0);
    assertNotEquals(first, other.id());
  }

  /** Makes the source hand a frame's second segment to b. */
  private Task handed(String id) {
    source.load("b", load(0, 0), 0);
    Job job = job(frame(source, id, 0));
    frame(source, id + "1", 0);
    return sent(source.computed(computed(job, UNSURE), 10 * MS), Task.class).get(0);
  }

  @Test
  void keepsATaskUntilItsReceipt() {
    Task task = handed("f");
    assertEquals(1, source.report().handed());
    source.received(receipt(task, "c", Fate.DONE), 20 * MS);
    assertEquals(1, source.report().handed());
    source.received(receipt(task, "b", Fate.DONE), 20 * MS);
    assertEquals(0, source.report().handed());
    assertEquals(0, source.report().reoffered());
  }

  @Test
  void takesBackWhatIsRefusedAndDoesNotOfferItThereAgain() {
    Task task = handed("f");
    source.received(receipt(task, "b", Fate.REFUSED), 20 * MS);
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
    source.tick(Effects.DEADLINE_MS * MS);
    assertEquals(0, source.report().handed());
    assertEquals(0, source.report().queued() - 1 + source.report().outgoing());
  }

  private final WorkerCore worker =
      worker("b", role(List.of(2, 3), "a", "c", 0.5, neighbour("a", 1, 2, 3), neighbour("c", 3)));

  @Test
  void answersTheSourceThenGivesTheReceipt() {
    Job job = job(worker.received(task("t1", "a", "f", 2), 0));
    List<PipelineEffect> effects = worker.computed(computed(job, SURE), 10 * MS);
    List<PipelineEffect.Send> sends = all(effects, PipelineEffect.Send.class);
    Answer answer = (Answer) sends.get(0).message();
    assertEquals(2, answer.exit());
    assertEquals(List.of("a", "b"), answer.path());
    Receipt receipt = (Receipt) sends.get(1).message();
    assertEquals(Fate.DONE, receipt.fate());
    assertEquals(10, receipt.heldMs());
    assertEquals("a", sends.get(1).to());
  }

  @Test
  void givesNoReceiptWhileItHasTheFrame() {
    Job job = job(worker.received(task("t1", "a", "f", 2), 0));
    List<PipelineEffect> effects = worker.computed(computed(job, UNSURE), 10 * MS);
    assertNone(effects, PipelineEffect.Send.class);
    effects = worker.computed(computed(job(effects), UNSURE), 20 * MS);
    assertEquals(Fate.DONE, sent(effects, Receipt.class).get(0).fate());
  }

  @Test
  void givesTheReceiptAfterItHandedTheNextTaskOn() {
    worker.load("c", load(0, 0), 0);
    Job job = job(worker.received(task("t1", "a", "f", 2), 0));
    worker.received(task("t2", "a", "g", 2), 0);
    worker.received(task("t3", "a", "h", 2), 0);
    List<PipelineEffect> effects = worker.computed(computed(job, UNSURE), 10 * MS);
    List<PipelineEffect.Send> sends = all(effects, PipelineEffect.Send.class);
    assertEquals("c", sends.get(0).to());
    assertEquals(3, ((Task) sends.get(0).message()).segment());
    assertEquals("a", sends.get(1).to());
    assertEquals("t1", ((Receipt) sends.get(1).message()).id());
  }

  @Test
  void ignoresADuplicateInProgressAndRepeatsTheReceiptAfterwards() {
    Task task = task("t1", "a", "f", 3);
    Job job = job(worker.received(task, 0));
    assertEquals(List.of(), worker.received(task, MS));
    worker.computed(computed(job, SURE), 10 * MS);
    List<PipelineEffect> again = worker.received(task, 20 * MS);
    assertEquals(Fate.DONE, sent(again, Receipt.class).get(0).fate());
    assertNone(again, PipelineEffect.Compute.class);
    assertEquals(List.of(0L, 0L, 1L), worker.report().computed());
  }

  @Test
  void theSameIdOfAnotherSenderIsAnotherTask() {
    worker.received(task("t1", "a", "f", 3), 0);
    worker.received(task("t1", "c", "g", 3), 0);
    assertEquals(2, worker.report().queued());
  }

  @Test
  void refusesWhatItCannotCompute() {
    assertRefused(task("t1", "a", "f", 1));
    assertRefused(task("t2", "a", "f", 4));
    assertRefused(task("t3", "a", "f", 2, 1000, Pipelines.VALUES + 1));
    Task good = task("t4", "a", "f", 2);
    assertRefused(
        new Task(
            "t5",
            "a",
            "x",
            good.bundle(),
            "net",
            2,
            good.key(),
            9,
            good.path(),
            good.activation()));
    assertRefused(
        new Task(
            "t6",
            "a",
            good.deployment(),
            "c".repeat(64),
            "net",
            2,
            good.key(),
            9,
            good.path(),
            good.activation()));
    assertRefused(
        new Task(
            "t7",
            "a",
            good.deployment(),
            good.bundle(),
            "x",
            2,
            good.key(),
            9,
            good.path(),
            good.activation()));
    assertEquals(6, worker.report().refused());
  }

  private void assertRefused(Task task) {
    Receipt receipt = sent(worker.received(task, 0), Receipt.class).get(0);
    assertEquals(Fate.REFUSED, receipt.fate());
    assertEquals(task.deployment(), receipt.deployment());
  }

  @Test
  void refusesMoreThanItMayHold() {
    int most = PipelineRule.Queues.STANDARD.most();
    for (int i = 0; i < most; i++) {
      assertEquals(
          List.of(), sent(worker.received(task("t" + i, "a", "f" + i, 2), 0), Receipt.class));
    }
    assertRefused(task("more", "a", "more", 2));
  }

  @Test
  void givesTheReceiptForFramesThatAreOver() {
    Receipt receipt = sent(worker.received(task("t1", "a", "f", 2, 0, 4), 0), Receipt.class).get(0);
    assertEquals(Fate.DONE, receipt.fate());
    worker.received(task("t2", "a", "g", 2, 1000, 4), 0);
    worker.received(task("t3", "a", "h", 2, 100, 4), 0);
    List<PipelineEffect> effects = worker.tick(500 * MS);
    assertEquals("t3", sent(effects, Receipt.class).get(0).id());
  }

  @Test
  void handsBackWhatItFailsToComputeAndNobodyElseCan() {
    WorkerCore last = worker("b", role(List.of(2), "a", "", 0.5));
    Job job = job(last.received(task("t1", "a", "f", 2), 0));
    List<PipelineEffect> effects = last.computed(Computed.failed(job, 1, "out of memory"), MS);
    assertEquals(Fate.REFUSED, sent(effects, Receipt.class).get(0).fate());
  }

  @Test
  void logitsThatAreNoNumbersAreAFailure() {
    WorkerCore last = worker("b", role(List.of(2), "a", "", 0.5));
    Job job = job(last.received(task("t1", "a", "f", 2), 0));
    float[] garbage = {Float.NaN, 1};
    List<PipelineEffect> effects = last.computed(Computed.of(job, 1, garbage, new float[4]), MS);
    assertEquals(Fate.REFUSED, sent(effects, Receipt.class).get(0).fate());
  }

  @Test
  void othersComputeWhatThisBoardFailsTo() {
    worker.load("a", load(0, 0), 0);
    Job job = job(worker.received(task("t1", "c", "f", 2), 0));
    List<PipelineEffect> effects = worker.computed(Computed.failed(job, 1, "out of memory"), MS);
    assertEquals("a", all(effects, PipelineEffect.Send.class).get(0).to());
  }

  @Test
  void handsBackWhatItsNewRoleLeavesNobodyFor() {
    worker.received(task("t1", "a", "f", 3), 0);
    worker.received(task("t2", "a", "g", 3), 0);
    worker.assign(role(List.of(2), "a", "c", 0.5, neighbour("c", 2)), 2, MS);
    List<PipelineEffect> effects = worker.tick(500 * MS);
    assertEquals(Fate.REFUSED, sent(effects, Receipt.class).get(0).fate());
    assertEquals(1, worker.report().queued());
  }

  @Test
  void computesItsOwnOutputWhenNothingElseWaits() {
    worker.load("c", load(50, 1e6), 0);
    Job job = job(worker.received(task("t1", "a", "f", 2), 0));
    worker.received(task("t2", "a", "g", 2), 0);
    Job second = job(worker.computed(computed(job, UNSURE), 10 * MS));
    assertEquals(1, worker.report().outgoing());
    Job third = job(worker.computed(computed(second, SURE), 20 * MS));
    assertEquals(3, third.segment());
    assertEquals(0, worker.report().outgoing());
  }

  @Test
  void takesTheThresholdOfTheSourceInItsRole() {
    worker.admitted(new Admitted("c", 9, 0, 1), 0);
    assertEquals(2, secondAnswer().segment());
    worker.assign(role(List.of(2, 3), "c", "", 0.5, neighbour("c", 2, 3)), 2, MS);
    Job job = job(worker.received(task("t9", "a", "z", 2), 2 * MS));
    assertEquals(1, sent(worker.computed(computed(job, UNSURE), 3 * MS), Answer.class).size());
  }

  /** Computes a frame's second segment, which is not good enough, and gives what is next. */
  private Job secondAnswer() {
    Job job = job(worker.received(task("t8", "a", "y", 2), 0));
    Job next = job(worker.computed(computed(job, UNSURE), MS));
    worker.computed(computed(next, SURE), MS);
    return job;
  }

  @Test
  void ignoresAnOlderSourcesThreshold() {
    worker.admitted(new Admitted("a", 5, 0, 0.95), 0);
    worker.admitted(new Admitted("a", 4, 0, 0.1), 0);
    Job job = job(worker.received(task("t1", "a", "f", 2), 0));
    assertEquals(1, sent(worker.computed(computed(job, UNSURE), MS), Answer.class).size());
  }

  @Test
  void tellsItsQueuesEveryPeriodAndAfterChangesThatMatter() {
    WorkerCore fresh = new WorkerCore("b", Pipelines.of(4000, 8000, 8000), 7);
    assertEquals(1, all(fresh.assign(role(0.5), 1, 0), PipelineEffect.Tell.class).size());
    fresh.received(task("t1", "a", "f1", 2), 50 * MS);
    fresh.received(task("t2", "a", "f2", 2), 50 * MS);
    assertNone(fresh.received(task("t3", "a", "f3", 2), 99 * MS), PipelineEffect.Tell.class);
    List<PipelineEffect> effects = fresh.received(task("t4", "a", "f4", 2), 100 * MS);
    assertEquals(4, only(effects, PipelineEffect.Tell.class).load().queued());
    assertEquals(1, all(fresh.tick(600 * MS), PipelineEffect.Tell.class).size());
    assertTrue(fresh.nextDueNs().getAsLong() <= 1100 * MS);
  }
}
