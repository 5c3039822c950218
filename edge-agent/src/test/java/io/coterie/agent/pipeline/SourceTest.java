package io.coterie.agent.pipeline;

import static io.coterie.agent.pipeline.Effects.DEADLINE_MS;
import static io.coterie.agent.pipeline.Effects.ack;
import static io.coterie.agent.pipeline.Effects.all;
import static io.coterie.agent.pipeline.Effects.answer;
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
import static io.coterie.agent.pipeline.Effects.task;
import static io.coterie.agent.pipeline.Effects.worker;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.message.Admitted;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.InboxMessage.AckStatus;
import io.coterie.protocol.message.InboxMessage.Answer;
import io.coterie.protocol.message.InboxMessage.Task;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PipelineRole;
import io.coterie.protocol.message.PipelineRule;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the source answers, and what the standby keeps for it. */
final class SourceTest {
  private static final long MS = Pipelines.MS;
  private static final long DEADLINE_NS = DEADLINE_MS * MS;
  private static final double SURE = 1e-6;
  private static final double UNSURE = 0.9;

  /** The source holds segment 1 only: b has the rest. */
  private final WorkerCore source = worker("a", firstOnly("a", "c"));

  private static PipelineRole firstOnly(String source, String standby) {
    return role(List.of(1), source, standby, 0.5, neighbour("b", 2, 3));
  }

  private static FrameKey key(String id) {
    return Pipelines.arrival(id).key();
  }

  /** Computes the frame's first segment, which is not good enough. */
  private List<PipelineEffect> first(String id) {
    return source.computed(computed(job(frame(source, id, 0)), UNSURE), MS);
  }

  @Test
  void answersWithTheFirstAnswer() {
    first("f");
    PipelineResult result = response(source.received(answer("f", 3, "a", "b", "b"), 50 * MS));
    assertEquals(Outcome.OK, result.status());
    assertEquals(3, result.exit());
    assertEquals(List.of("a", "b", "b"), result.path());
    assertEquals(0, result.openedNs());
    assertNone(source.received(answer("f", 3, "a", "b"), 60 * MS), PipelineEffect.Respond.class);
    assertEquals(1, source.report().source().repeats());
    assertEquals(List.of(0L, 0L, 1L), source.report().source().exits());
  }

  @Test
  void ignoresAnswersThatAreNone() {
    first("f");
    Answer good = answer("f", 2, "a");
    float[] nan = {Float.NaN};
    float[] few = {1, 2};
    for (Answer bad :
        List.of(
            answer("unknown", 2, "a"),
            answer("f", 4, "a"),
            answerOf(good, "c".repeat(64), good.logits()),
            answerOf(good, good.bundle(), nan),
            answerOf(good, good.bundle(), few))) {
      assertNone(source.received(bad, 2 * MS), PipelineEffect.Respond.class);
    }
    assertEquals(Outcome.OK, response(source.received(good, 3 * MS)).status());
  }

  private static Answer answerOf(Answer good, String bundle, float[] logits) {
    return new Answer(
        good.deployment(), bundle, good.pipeline(), good.key(), good.exit(), good.path(), logits);
  }

  @Test
  void answersDegradedAtTheDeadlineWithTheDeepestExitItKnows() {
    first("f");
    assertNone(source.tick(DEADLINE_NS - 1), PipelineEffect.Respond.class);
    PipelineResult result = response(source.tick(DEADLINE_NS));
    assertEquals(Outcome.DEGRADED, result.status());
    assertEquals(1, result.exit());
    assertEquals(List.of("a"), result.path());
    assertEquals(Pipelines.LABELS, result.logits().length);
    assertEquals(0, source.report().queued() + source.report().outgoing());
  }

  @Test
  void expiresWhereItKnowsNoAnswer() {
    frame(source, "f", 0);
    PipelineResult result = response(source.tick(DEADLINE_NS));
    assertEquals(Outcome.EXPIRED, result.status());
    assertEquals("no answer within 10000 ms", result.reason());
    assertEquals(1, source.report().source().expired());
  }

  @Test
  void rejectsUnusableFrames() {
    Work job = job(frame(source, "f", 0));
    PipelineResult result = response(source.computed(Computed.rejected(job, 1, "no picture"), MS));
    assertEquals(Outcome.REJECTED, result.status());
    assertEquals("no picture", result.reason());
    Message empty = Message.to("input").correlation(new byte[] {65}).build();
    FrameArrival arrival = FrameArrival.of(FrameKey.of("cam", empty), empty);
    assertEquals("payload is empty", response(source.frame(arrival, empty, 0)).reason());
  }

  @Test
  void aRepeatGetsNoSecondAnswer() {
    first("f");
    assertEquals(List.of(), frame(source, "f", 2 * MS));
    source.received(answer("f", 2, "a", "b"), 3 * MS);
    assertEquals(List.of(), frame(source, "f", 4 * MS));
    assertEquals(2, source.report().source().repeats());
    assertEquals(1, source.report().source().admitted());
  }

  @Test
  void rejectsAnotherPayloadUnderTheSameCorrelation() {
    first("f");
    Message other =
        Message.to("input")
            .payload("other")
            .correlation(Pipelines.message("f").correlation())
            .build();
    PipelineResult result = response(source.frame(FrameArrival.of(key("f"), other), other, 2 * MS));
    assertEquals(Outcome.REJECTED, result.status());
    assertEquals(Outcome.OK, response(source.received(answer("f", 2, "a"), 3 * MS)).status());
  }

  @Test
  void theSamePictureWithoutCorrelationIsANewFrameAfterItsAnswer() {
    Message picture = Message.to("input").payload("picture").build();
    FrameArrival arrival = FrameArrival.of(FrameKey.of("cam", picture), picture);
    Work job = job(source.frame(arrival, picture, 0));
    assertEquals(List.of(), source.frame(arrival, picture, MS));
    response(source.computed(computed(job, SURE), 2 * MS));
    job = job(source.frame(arrival, picture, 3 * MS));
    // The result of the first, heard late, is not that of the second.
    source.resulted(arrival.key(), 4 * MS);
    response(source.computed(computed(job, SURE), 5 * MS));
  }

  @Test
  void startsAFrameOnceMoreAtHalfOfItsDeadline() {
    source.load("b", load(0, 0), 0);
    Task lost = sent(first("f"), Task.class).get(0);
    source.load("b", load(0, 0), DEADLINE_NS / 2 - 1);
    // The acknowledgement came, the answer got lost.
    source.received(ack(lost, "b", AckStatus.DONE), MS);
    assertEquals(List.of(), sent(source.tick(DEADLINE_NS / 2 - 1), Task.class));
    Task again = sent(source.tick(DEADLINE_NS / 2), Task.class).get(0);
    assertEquals(2, again.segment());
    assertEquals(List.of("a"), again.path());
    source.received(ack(again, "b", AckStatus.DONE), DEADLINE_NS / 2 + 1);
    assertEquals(List.of(), sent(source.tick(DEADLINE_NS - 1), Task.class));
  }

  @Test
  void startsNothingOnceMoreThatWaitsInItsOwnQueues() {
    first("f");
    source.tick(DEADLINE_NS / 2);
    assertEquals(1, source.report().outgoing());
    assertTrue(source.nextDueNs().getAsLong() - DEADLINE_NS / 2 > 0);
  }

  @Test
  void refusesMoreFramesThanItMayHold() {
    PipelineRole role =
        Pipelines.role(
            List.of(1, 2, 3),
            "a",
            "",
            List.of(),
            DEADLINE_MS,
            Pipelines.fixed(0.5),
            Pipelines.rule(PipelineRule.Admission.THRESHOLD));
    WorkerCore worker = worker("a", role);
    int most = PipelineRule.Queues.STANDARD.most();
    for (int i = 0; i < most; i++) {
      assertNone(frame(worker, "f" + i, 0), PipelineEffect.Respond.class);
    }
    PipelineResult result = response(frame(worker, "more", 0));
    assertEquals("busy: 256 frames are waiting for their answer", result.reason());
    assertEquals(1, worker.report().source().rejected());
  }

  @Test
  void saysWhenToTryAgainBeyondTheRate() {
    for (int i = 0; i <= 30; i++) {
      assertNone(frame(source, "f" + i, 0), PipelineEffect.Respond.class);
    }
    PipelineResult result = response(frame(source, "more", 0));
    assertEquals(Outcome.REJECTED, result.status());
    assertEquals(500, result.retryAfterMs().getAsLong());
  }

  @Test
  void publishesWhatItAdmitsWhenItBecomesTheSourceAndAfterChangesOnly() {
    WorkerCore worker = new WorkerCore("a", Pipelines.of(4000, 8000, 8000), 7);
    List<PipelineEffect> effects = worker.assign(firstOnly("a", ""), 4, 0);
    Admitted admitted = only(effects, PipelineEffect.Publish.class).admitted();
    assertEquals(new Admitted("a", 4, 0, 0.5), admitted);
    assertNone(worker.tick(500 * MS), PipelineEffect.Publish.class);
    assertNone(worker.assign(firstOnly("a", "b"), 5, 600 * MS), PipelineEffect.Publish.class);
  }

  private final WorkerCore standby = worker("c", role(List.of(1, 2, 3), "a", "c", 0.5));

  private static PipelineRole promoted() {
    return role(List.of(1, 2, 3), "c", "b", 0.5);
  }

  @Test
  void standbyOnlyListens() {
    assertEquals(List.of(), frame(standby, "f", 0));
    assertNone(standby.received(answer("f", 2, "a"), MS), PipelineEffect.Respond.class);
    assertNone(standby.tick(DEADLINE_NS), PipelineEffect.Respond.class);
    assertNull(standby.report().source());
  }

  @Test
  void standbyGoesOnWithWhatWasNotAnswered() {
    frame(standby, "f", 0);
    frame(standby, "g", 5 * MS);
    standby.resulted(key("f"), 10 * MS);
    List<PipelineEffect> effects = standby.assign(promoted(), 2, 20 * MS);
    assertEquals("c", only(effects, PipelineEffect.Publish.class).admitted().agent());
    Work job = job(effects);
    assertEquals(key("g"), job.key());
    PipelineResult result = response(standby.computed(computed(job, SURE), 30 * MS));
    assertEquals(5 * MS, result.openedNs());
    assertEquals(1, standby.report().source().admitted());
  }

  @Test
  void rejectingAnotherPayloadEndsTheFrameNowhere() {
    Message other =
        Message.to("input").payload("x").correlation(Pipelines.message("f").correlation()).build();
    FrameArrival conflict = FrameArrival.of(key("f"), other);
    for (WorkerCore board : List.of(source, standby)) {
      frame(board, "f", 0);
      board.frame(conflict, other, MS);
      board.resulted(key("f"), 2 * MS);
    }
    standby.assign(promoted(), 2, 20 * MS);
    assertEquals(Outcome.EXPIRED, response(source.tick(DEADLINE_NS)).status());
    assertEquals(Outcome.EXPIRED, response(standby.tick(DEADLINE_NS)).status());
  }

  @Test
  void standbyHearsTheResultOfEveryRepetitionOfAPicture() {
    Message picture = Message.to("input").payload("picture").build();
    FrameArrival arrival = FrameArrival.of(FrameKey.of("cam", picture), picture);
    for (int i = 0; i < 3; i++) {
      standby.frame(arrival, picture, i * MS);
      standby.resulted(arrival.key(), i * MS);
    }
    assertNone(standby.assign(promoted(), 2, 20 * MS), PipelineEffect.Compute.class);
  }

  @Test
  void standbyAnswersWhatWasOverBeforeTheSourceWasMissed() {
    frame(standby, "f", 0);
    standby.tick(DEADLINE_NS + 500 * MS);
    standby.assign(promoted(), 2, DEADLINE_NS + 1000 * MS);
    PipelineResult result = response(standby.tick(DEADLINE_NS + 1000 * MS));
    assertEquals(Outcome.EXPIRED, result.status());
  }

  @Test
  void standbyForgetsWhatIsMuchOlder() {
    frame(standby, "f", 0);
    standby.tick(DEADLINE_NS + FrameTable.KEPT_NS);
    assertNone(standby.assign(promoted(), 2, 30_000 * MS), PipelineEffect.Compute.class);
  }

  @Test
  void aResultThatOvertakesItsFrameCounts() {
    standby.resulted(key("f"), 0);
    frame(standby, "f", MS);
    assertNone(standby.assign(promoted(), 2, 2 * MS), PipelineEffect.Compute.class);
    assertEquals(List.of(), frame(standby, "f", 3 * MS));
  }

  @Test
  void aLateResultOfTheSourceBeforeEndsTheFrame() {
    frame(standby, "f", 0);
    Work job = job(standby.assign(promoted(), 2, 20 * MS));
    standby.resulted(key("f"), 21 * MS);
    assertNone(standby.computed(computed(job, SURE), 30 * MS), PipelineEffect.Respond.class);
  }

  @Test
  void aSourceNoLongerDropsItsFramesButComputesTasks() {
    WorkerCore old = worker("a", role(List.of(1, 2, 3), "a", "c", 0.5));
    Work job = job(frame(old, "f", 0));
    frame(old, "g", 0);
    old.received(task("t1", "b", "h", 2), 0);
    old.assign(role(List.of(1, 2, 3), "c", "b", 0.5), 2, MS);
    List<PipelineEffect> effects = old.computed(computed(job, SURE), 2 * MS);
    assertEquals("c", all(effects, PipelineEffect.Send.class).get(0).to());
    assertNone(effects, PipelineEffect.Respond.class);
    // Not the other frame's picture: the new source has that.
    assertEquals("h", job(effects).key().frame());
    assertNone(old.tick(2 * DEADLINE_NS), PipelineEffect.Respond.class);
  }

  @Test
  void aSourceThatBecomesTheStandbyKeepsItsFrames() {
    WorkerCore old = worker("a", role(List.of(1, 2, 3), "a", "c", 0.5));
    frame(old, "f", 0);
    old.assign(role(List.of(1, 2, 3), "c", "a", 0.5), 2, MS);
    assertNone(old.tick(DEADLINE_NS / 2), PipelineEffect.Respond.class);
    old.assign(role(List.of(1, 2, 3), "a", "c", 0.5), 3, DEADLINE_NS / 2 + 1);
    assertEquals(Outcome.EXPIRED, response(old.tick(DEADLINE_NS)).status());
  }
}
