package io.coterie.agent.pipeline;

import static io.coterie.agent.pipeline.Effects.all;
import static io.coterie.agent.pipeline.Effects.assertNone;
import static io.coterie.agent.pipeline.Effects.computed;
import static io.coterie.agent.pipeline.Effects.job;
import static io.coterie.agent.pipeline.Effects.load;
import static io.coterie.agent.pipeline.Effects.neighbour;
import static io.coterie.agent.pipeline.Effects.only;
import static io.coterie.agent.pipeline.Effects.role;
import static io.coterie.agent.pipeline.Effects.sent;
import static io.coterie.agent.pipeline.Effects.task;
import static io.coterie.agent.pipeline.Effects.worker;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.InboxMessage.Ack;
import io.coterie.protocol.message.InboxMessage.AckStatus;
import io.coterie.protocol.message.InboxMessage.Answer;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.PipelineRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a board does with the tasks of others. */
final class ReceivedTasksTest {
  private static final long MS = Pipelines.MS;
  private static final double SURE = 1e-6;
  private static final double UNSURE = 0.9;

  private final WorkerCore worker =
      worker("b", role(List.of(2, 3), "a", "c", 0.5, neighbour("a", 1, 2, 3), neighbour("c", 3)));

  @Test
  void answersTheSourceThenGivesTheReceipt() {
    Work job = job(worker.received(task("t1", "a", "f", 2), 0));
    List<PipelineEffect> effects = worker.computed(computed(job, SURE), 10 * MS);
    List<PipelineEffect.Send> sends = all(effects, PipelineEffect.Send.class);
    Answer answer = (Answer) sends.get(0).message();
    assertEquals(2, answer.exit());
    assertEquals(List.of("a", "b"), answer.path());
    Ack ack = (Ack) sends.get(1).message();
    assertEquals(AckStatus.DONE, ack.status());
    assertEquals(10, ack.heldMs());
    assertEquals("a", sends.get(1).to());
  }

  @Test
  void givesNoReceiptWhileItHasTheFrame() {
    Work job = job(worker.received(task("t1", "a", "f", 2), 0));
    List<PipelineEffect> effects = worker.computed(computed(job, UNSURE), 10 * MS);
    assertNone(effects, PipelineEffect.Send.class);
    effects = worker.computed(computed(job(effects), UNSURE), 20 * MS);
    assertEquals(AckStatus.DONE, sent(effects, Ack.class).get(0).status());
  }

  @Test
  void givesTheReceiptAfterItHandedTheNextTaskOn() {
    worker.load("c", load(0, 0), 0);
    Work job = job(worker.received(task("t1", "a", "f", 2), 0));
    worker.received(task("t2", "a", "g", 2), 0);
    worker.received(task("t3", "a", "h", 2), 0);
    List<PipelineEffect> effects = worker.computed(computed(job, UNSURE), 10 * MS);
    List<PipelineEffect.Send> sends = all(effects, PipelineEffect.Send.class);
    assertEquals("c", sends.get(0).to());
    assertEquals(3, ((Task) sends.get(0).message()).segment());
    assertEquals("a", sends.get(1).to());
    assertEquals("t1", ((Ack) sends.get(1).message()).id());
  }

  @Test
  void ignoresADuplicateInProgressAndRepeatsTheReceiptAfterwards() {
    Task task = task("t1", "a", "f", 3);
    Work job = job(worker.received(task, 0));
    assertEquals(List.of(), worker.received(task, MS));
    worker.computed(computed(job, SURE), 10 * MS);
    List<PipelineEffect> again = worker.received(task, 20 * MS);
    assertEquals(AckStatus.DONE, sent(again, Ack.class).get(0).status());
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
  void computesPicturesOfTheSource() {
    WorkerCore first = worker("b", role(List.of(1, 2), "a", "c", 0.5, neighbour("a", 1, 2, 3)));
    Work job = job(first.received(task("t1", "a", "f", 1), 0));
    assertEquals("f", job.frame().orElseThrow().text());
    List<PipelineEffect> effects = first.computed(computed(job, SURE), 10 * MS);
    Answer answer = sent(effects, Answer.class).get(0);
    assertEquals(1, answer.exit());
    assertEquals(List.of("b"), answer.path());
    assertEquals(AckStatus.DONE, sent(effects, Ack.class).get(0).status());
  }

  @Test
  void handsUnusablePicturesBack() {
    WorkerCore first = worker("b", role(List.of(1, 2), "a", "c", 0.5, neighbour("a", 1, 2, 3)));
    Work job = job(first.received(task("t1", "a", "f", 1), 0));
    List<PipelineEffect> effects = first.computed(Computed.rejected(job, 1, "no picture"), MS);
    assertNone(effects, PipelineEffect.Respond.class);
    assertEquals(AckStatus.REFUSED, sent(effects, Ack.class).get(0).status());
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
            good.frame(),
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
            good.frame(),
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
            good.frame(),
            good.activation()));
    assertEquals(6, worker.report().refused());
  }

  private void assertRefused(Task task) {
    Ack ack = sent(worker.received(task, 0), Ack.class).get(0);
    assertEquals(AckStatus.REFUSED, ack.status());
    assertEquals(task.deployment(), ack.deployment());
  }

  @Test
  void refusesMoreThanItMayHold() {
    int most = PipelineRule.Queues.STANDARD.most();
    for (int i = 0; i < most; i++) {
      assertEquals(List.of(), sent(worker.received(task("t" + i, "a", "f" + i, 2), 0), Ack.class));
    }
    assertRefused(task("more", "a", "more", 2));
  }

  @Test
  void givesTheReceiptForFramesThatAreOver() {
    Ack ack = sent(worker.received(task("t1", "a", "f", 2, 0, 4), 0), Ack.class).get(0);
    assertEquals(AckStatus.DONE, ack.status());
    worker.received(task("t2", "a", "g", 2, 1000, 4), 0);
    worker.received(task("t3", "a", "h", 2, 100, 4), 0);
    List<PipelineEffect> effects = worker.tick(500 * MS);
    assertEquals("t3", sent(effects, Ack.class).get(0).id());
  }

  @Test
  void handsBackWhatItFailsToComputeAndNobodyElseCan() {
    WorkerCore last = worker("b", role(List.of(2), "a", "", 0.5));
    Work job = job(last.received(task("t1", "a", "f", 2), 0));
    List<PipelineEffect> effects = last.computed(Computed.failed(job, 1, "out of memory"), MS);
    assertEquals(AckStatus.REFUSED, sent(effects, Ack.class).get(0).status());
  }

  @Test
  void logitsThatAreNoNumbersAreAFailure() {
    WorkerCore last = worker("b", role(List.of(2), "a", "", 0.5));
    Work job = job(last.received(task("t1", "a", "f", 2), 0));
    float[] garbage = {Float.NaN, 1};
    List<PipelineEffect> effects = last.computed(Computed.of(job, 1, garbage, new float[4]), MS);
    assertEquals(AckStatus.REFUSED, sent(effects, Ack.class).get(0).status());
  }

  @Test
  void othersComputeWhatThisBoardFailsTo() {
    worker.load("a", load(0, 0), 0);
    Work job = job(worker.received(task("t1", "c", "f", 2), 0));
    List<PipelineEffect> effects = worker.computed(Computed.failed(job, 1, "out of memory"), MS);
    assertEquals("a", all(effects, PipelineEffect.Send.class).get(0).to());
  }

  @Test
  void handsBackWhatItsNewRoleLeavesNobodyFor() {
    worker.received(task("t1", "a", "f", 3), 0);
    worker.received(task("t2", "a", "g", 3), 0);
    worker.assign(role(List.of(2), "a", "c", 0.5, neighbour("c", 2)), 2, MS);
    List<PipelineEffect> effects = worker.tick(500 * MS);
    assertEquals(AckStatus.REFUSED, sent(effects, Ack.class).get(0).status());
    assertEquals(1, worker.report().queued());
  }

  @Test
  void computesWhatNobodyIsIdleForBeforeWhatIsLessDeep() {
    worker.load("c", load(50, 1e6), 0);
    Work job = job(worker.received(task("t1", "a", "f", 2), 0));
    worker.received(task("t2", "a", "g", 2), 0);
    Work second = job(worker.computed(computed(job, UNSURE), 10 * MS));
    assertEquals("f", second.key().frame());
    assertEquals(3, second.segment());
    Work third = job(worker.computed(computed(second, SURE), 20 * MS));
    assertEquals("g", third.key().frame());
    assertEquals(0, worker.report().outgoing());
  }

  @Test
  void takesTheThresholdOfTheSourceInItsRole() {
    worker.admitted(new Admitted("c", 9, 0, 1));
    assertEquals(2, secondAnswer().segment());
    worker.assign(role(List.of(2, 3), "c", "", 0.5, neighbour("c", 2, 3)), 2, MS);
    Work job = job(worker.received(task("t9", "a", "z", 2), 2 * MS));
    assertEquals(1, sent(worker.computed(computed(job, UNSURE), 3 * MS), Answer.class).size());
  }

  /** Computes a frame's second segment, which is not good enough, and gives what is next. */
  private Work secondAnswer() {
    Work job = job(worker.received(task("t8", "a", "y", 2), 0));
    Work next = job(worker.computed(computed(job, UNSURE), MS));
    worker.computed(computed(next, SURE), MS);
    return job;
  }

  @Test
  void ignoresAnOlderSourcesThreshold() {
    worker.admitted(new Admitted("a", 5, 0, 0.95));
    worker.admitted(new Admitted("a", 4, 0, 0.1));
    Work job = job(worker.received(task("t1", "a", "f", 2), 0));
    assertEquals(1, sent(worker.computed(computed(job, UNSURE), MS), Answer.class).size());
  }

  @Test
  void tellsItsQueuesEveryPeriodAndAfterChangesThatMatter() {
    WorkerCore fresh = new WorkerCore("b", Pipelines.of(4000, 8000, 8000), 7);
    assertEquals(1, all(fresh.assign(role(0.5), 1, 0), PipelineEffect.SendLoad.class).size());
    fresh.received(task("t1", "a", "f1", 2), 50 * MS);
    fresh.received(task("t2", "a", "f2", 2), 50 * MS);
    assertNone(fresh.received(task("t3", "a", "f3", 2), 99 * MS), PipelineEffect.SendLoad.class);
    List<PipelineEffect> effects = fresh.received(task("t4", "a", "f4", 2), 100 * MS);
    assertEquals(4, only(effects, PipelineEffect.SendLoad.class).load().queued());
    assertEquals(1, all(fresh.tick(600 * MS), PipelineEffect.SendLoad.class).size());
    assertTrue(fresh.nextDueNs().getAsLong() <= 1100 * MS);
  }
}
