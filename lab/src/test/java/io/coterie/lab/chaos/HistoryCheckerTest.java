package io.coterie.lab.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HistoryCheckerTest {
  private static final long MS = 1_000_000;
  private static final String RIGHT = "right";

  private final List<HistoryEvent> history = new ArrayList<>();
  private long nowMs;

  @BeforeEach
  void plan() {
    planned(1, 1, 1, "fuser");
  }

  @Test
  void everyFrameOnceAndRightlyKeepsThePromises() {
    for (int frame = 0; frame < 20; frame++) {
      sent(frame);
      nowMs += 10;
      answered("c" + frame, Outcome.OK, 1, RIGHT);
      nowMs += 40;
    }
    Findings findings = check();
    assertTrue(findings.kept(), findings.toString());
    assertEquals(20, findings.ok());
    assertEquals(0, findings.unchecked());
    assertEquals(List.of(), findings.details());
  }

  @Test
  void aFrameWithoutAResultIsLost() {
    sent(7);
    Findings findings = check();
    assertEquals(1, findings.lost());
    assertFalse(findings.kept());
    assertEquals(List.of("no result of frame 7"), findings.details());
  }

  @Test
  void aFrameIsNotLostIfOneOfItsAttemptsHasAResult() {
    sent(7);
    history.add(new HistoryEvent.Sent(now(), 7, 1, 7));
    answered("c7-1", Outcome.OK, 1, RIGHT);
    answered("c7", Outcome.EXPIRED, 1, null);
    Findings findings = check();
    assertEquals(0, findings.lost());
    assertEquals(1, findings.resent());
    assertEquals(1, findings.ok());
    assertEquals(0, findings.expired());
    assertEquals(0, findings.duplicates());
  }

  @Test
  void aSecondResultIsADuplicateWhateverItSays() {
    sent(7);
    answered("c7", Outcome.OK, 1, RIGHT);
    answered("c7", Outcome.DEGRADED, 1, RIGHT);
    assertEquals(1, check().duplicates());
  }

  @Test
  void aRejectedFrameIsNotLost() {
    sent(7);
    answered("c7", Outcome.REJECTED, 0, null);
    Findings findings = check();
    assertTrue(findings.kept(), findings.toString());
    assertEquals(1, findings.rejected());
  }

  @Test
  void anotherLabelIsWrongOnlyWhereNothingWasMissing() {
    sent(7);
    answered("c7", Outcome.DEGRADED, 1, "wrong");
    sent(8);
    answered("c8", Outcome.OK, 1, "wrong");
    assertEquals(1, check().mislabelled());
  }

  @Test
  void aResultUnderAPlanThatIsNotAcceptedAnyMoreIsStale() {
    planned(1, 5, 5, "fuser");
    sent(7);
    answered("c7", Outcome.OK, 5, RIGHT);
    sent(8);
    answered("c8", Outcome.OK, 4, RIGHT);
    assertEquals(1, check().stale());
  }

  @Test
  void aResultUnderAnOlderPlanThatFitsIsFine() {
    planned(1, 5, 1, "fuser");
    sent(7);
    answered("c7", Outcome.OK, 5, RIGHT);
    sent(8);
    answered("c8", Outcome.OK, 4, RIGHT);
    assertEquals(0, check().stale());
  }

  @Test
  void aFrameThatWasSentBeforeMayBeAnsweredUnderThePlanOfThatTime() {
    sent(8);
    planned(1, 5, 5, "fuser");
    sent(7);
    answered("c7", Outcome.OK, 5, RIGHT);
    answered("c8", Outcome.OK, 1, RIGHT);
    assertEquals(0, check().stale());
  }

  @Test
  void plansNeverGoBackExceptInWhatABrokerKept() {
    planned(2, 5, 1, "fuser");
    history.add(new HistoryEvent.Planned(now(), plan(1, 4, 1, "fuser"), false));
    assertEquals(0, check().stale());
    planned(1, 4, 1, "fuser");
    assertEquals(1, check().stale());
  }

  @Test
  void measuresTheLongestTimeWithoutOkAroundEachFault() {
    okEvery(50, 10);
    began(Fault.Action.KILL, Fault.Target.FUSER, "fuser");
    nowMs += 30;
    planned(1, 2, 1, "standby");
    nowMs += 250;
    okEvery(50, 10);
    history.add(new HistoryEvent.Ended(now()));
    history.add(new HistoryEvent.Whole(now(), true));
    began(Fault.Action.KILL, Fault.Target.BROKER, "broker");
    nowMs += 2_000;
    okEvery(50, 2);
    history.add(new HistoryEvent.Whole(now(), true));
    List<Findings.Kind> kinds = check().kinds();
    assertEquals(
        List.of("kill broker", "kill fuser"), kinds.stream().map(Findings.Kind::name).toList());
    assertEquals(2_050, kinds.get(0).gapMs().max());
    assertEquals(330, kinds.get(1).gapMs().max());
    assertEquals(350, kinds.get(1).boundMs());
    assertEquals(30, kinds.get(1).noticedMs().median());
    assertTrue(check().kept());
  }

  @Test
  void aGapBeyondItsBoundBreaksThePromise() {
    okEvery(50, 2);
    began(Fault.Action.KILL, Fault.Target.BROKER, "broker");
    nowMs += 3_001;
    okEvery(50, 2);
    history.add(new HistoryEvent.Whole(now(), true));
    assertFalse(check().kept());
  }

  @Test
  void aFleetThatDoesNotRecoverBreaksThePromise() {
    okEvery(50, 2);
    began(Fault.Action.DELAY, Fault.Target.BOARD, "board-1");
    okEvery(50, 2);
    history.add(new HistoryEvent.Whole(now(), false));
    assertFalse(check().kept());
  }

  @Test
  void whoIsGivenUpWithoutAReasonIsAFalseAlarm() {
    began(Fault.Action.SILENCE, Fault.Target.BOARD, "board-1");
    given("board-1");
    given("board-2");
    history.add(new HistoryEvent.Whole(now(), true));
    nowMs++;
    given("board-1");
    assertEquals(2, check().falseAlarms());
  }

  private Findings check() {
    return HistoryChecker.check(history, (picture, students) -> RIGHT, new Bounds(2_000, 300));
  }

  private long now() {
    return nowMs * MS;
  }

  private void okEvery(int periodMs, int count) {
    for (int i = 0; i < count; i++) {
      nowMs += periodMs;
      sent((int) nowMs);
      answered("c" + nowMs, Outcome.OK, 1, RIGHT);
    }
  }

  private void sent(int frame) {
    history.add(new HistoryEvent.Sent(now(), frame, 0, frame));
  }

  private void given(String agent) {
    history.add(new HistoryEvent.AgentTold(now(), agent, new AgentState(Availability.OFFLINE, 1)));
    nowMs++;
  }

  private void began(Fault.Action action, Fault.Target target, String victim) {
    history.add(new HistoryEvent.Began(now(), new Fault(action, target, 1), victim));
  }

  private void planned(long term, long epoch, long acceptFrom, String fuser) {
    history.add(new HistoryEvent.Planned(now(), plan(term, epoch, acceptFrom, fuser), true));
  }

  private static PlanMessage plan(long term, long epoch, long acceptFrom, String fuser) {
    List<PlanMessage.Group> groups =
        List.of(
            new PlanMessage.Group(0, "small", List.of("board-1"), 1, 0.9, List.of()),
            new PlanMessage.Group(1, "small", List.of("board-2"), 1, 0.9, List.of()));
    return new PlanMessage(
        term,
        epoch,
        Digest.of(new byte[0]),
        Strategy.ROCOIN,
        true,
        2,
        acceptFrom,
        groups,
        fuser,
        "",
        1,
        0.9,
        0.9,
        List.of(),
        List.of());
  }

  private void answered(String frame, Outcome status, long epoch, String label) {
    boolean none = label == null;
    history.add(
        new HistoryEvent.Answered(
            now(),
            new Result(
                frame,
                "chaos",
                status,
                label,
                none ? null : 0,
                none ? null : 1.0,
                List.of(),
                new Result.Portions(2, 2),
                none ? null : 1,
                epoch,
                5,
                List.of(),
                null,
                null)));
  }
}
