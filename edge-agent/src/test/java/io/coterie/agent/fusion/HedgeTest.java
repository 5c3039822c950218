package io.coterie.agent.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.arrival.FrameArrival;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HedgeTest {
  private static final long MS = 1_000_000;
  private static final long HEDGE_MS = 100;

  private final Hedge hedge = new Hedge();

  private static FuserRole role(boolean standby) {
    List<Integer> covered = List.of(0);
    return new FuserRole("d", "a".repeat(64), null, 1, covered, 1000, 1, null, standby, HEDGE_MS);
  }

  private static FrameKey key(String id) {
    return new FrameKey("cam", id);
  }

  private static FusionEffect answer(String id, long openedNs) {
    FrameArrival frame = new FrameArrival(key(id), "", new byte[0], 10, 1);
    return FrameDecision.refusal(frame, Outcome.EXPIRED, openedNs, "test");
  }

  /** A primary that has been one for long and runs. */
  private void primary(long nowMs) {
    hedge.assign(role(false), nowMs * MS);
    assertEquals(List.of(), run(nowMs, nowMs + HEDGE_MS));
  }

  /** A standby that has been one for long and runs. */
  private void standby(long nowMs) {
    hedge.assign(role(true), (nowMs - HEDGE_MS) * MS);
    assertEquals(List.of(), run(nowMs - HEDGE_MS, nowMs));
  }

  /** Lets time pass in which it runs; gives what became due. */
  private List<FusionEffect> run(long fromMs, long toMs) {
    List<FusionEffect> due = new ArrayList<>();
    for (long ms = fromMs; ms < toMs; ms += HEDGE_MS / 4) {
      due.addAll(hedge.due(ms * MS));
    }
    due.addAll(hedge.due(toMs * MS));
    return due;
  }

  private static List<FrameKey> keys(List<FusionEffect> effects) {
    return effects.stream().map(FusionEffect::key).toList();
  }

  private List<FusionEffect> pass(String id, long nowMs) {
    return hedge.pass(List.of(answer(id, nowMs * MS)), nowMs * MS);
  }

  @Test
  void aPrimarySendsAtOnce() {
    primary(0);
    assertEquals(1, pass("f", 110).size());
    assertEquals(0, hedge.sent());
  }

  @Test
  void aStandbySendsAfterTheDelay() {
    standby(0);
    assertEquals(List.of(), pass("f", 10));
    assertEquals(List.of(), run(10, 109));
    assertEquals(OptionalLong.of(110 * MS), hedge.nextDueNs());
    assertEquals(1, hedge.due(110 * MS).size());
    assertEquals(List.of(), run(110, 500));
    assertEquals(1, hedge.sent());
  }

  /** A plan with another K may come meanwhile, and one after it. */
  @Test
  void anAnswerThatIsHeldBackNeedsItsFusionLayer() {
    PortionSchema schema =
        new PortionSchema(
            new PortionSchema.FusionKey("a".repeat(64), Strategy.ROCOIN, 1), List.of(1), 1);
    standby(0);
    FrameArrival frame = new FrameArrival(key("f"), "", new byte[0], 10, 1);
    hedge.pass(
        List.of(
            new FrameDecision(frame, Outcome.OK, Optional.of(schema), 1, List.of(), 10 * MS, "")),
        10 * MS);
    assertTrue(hedge.holdsAnswerOf(schema.id()));
    assertEquals(1, run(10, 110).size());
    assertFalse(hedge.holdsAnswerOf(schema.id()));
  }

  @Test
  void aStandbySendsNothingWhereAnotherAnswered() {
    standby(0);
    pass("f", 10);
    pass("g", 10);
    hedge.answered(key("f"));
    assertEquals(List.of(key("g")), keys(run(10, 200)));
  }

  @Test
  void whoIsAloneSendsAtOnceAndNeedsNoTimer() {
    List<Integer> covered = List.of(0);
    hedge.assign(new FuserRole("d", "a".repeat(64), 1, covered, 1000, 1), 0);
    assertEquals(1, pass("f", 0).size());
    hedge.reconnected(10 * MS);
    assertEquals(1, pass("g", 10_000).size());
    assertEquals(OptionalLong.empty(), hedge.nextDueNs());
  }

  @Test
  void whoWasGivenUpWhileItDidNotRunForgetsWhatItHas() {
    primary(0);
    pass("f", 5_000);
    assertTrue(hedge.reconnected(5_200 * MS));
    assertEquals(List.of(), run(5_200, 6_000));
  }

  @Test
  void aStandbyThatConnectsAgainMayHaveMissedResults() {
    standby(0);
    pass("f", 10);
    assertTrue(hedge.reconnected(30 * MS));
    assertEquals(List.of(), run(30, 500));
  }

  @Test
  void aPrimaryThatRanWhileTheBrokerWasAwayStillHasItsFrames() {
    hedge.assign(role(false), 0);
    pass("f", 10);
    assertFalse(hedge.reconnected(30 * MS));
    assertEquals(1, run(30, 160).size());
  }

  @Test
  void theLastAnswersOfThePrimaryBeforeCountAfterAChange() {
    standby(0);
    pass("f", 10);
    hedge.assign(role(false), 20 * MS);
    assertTrue(hedge.isHedging(21 * MS));
    assertEquals(List.of(), pass("g", 30));
    hedge.answered(key("f"));
    assertEquals(List.of(), run(30, 179));
    assertEquals(List.of(key("g")), keys(hedge.due(180 * MS)));
    assertFalse(hedge.isHedging(181 * MS));
  }

  @ParameterizedTest
  @ValueSource(longs = {76, 101, 500, 10_000})
  void aPrimaryThatWasStalledListensFirst(long stallMs) {
    primary(0);
    long nowMs = 100 + stallMs;
    assertEquals(List.of(), pass("f", nowMs));
    hedge.answered(key("f"));
    assertEquals(List.of(), hedge.due((nowMs + HEDGE_MS) * MS));
  }

  @Test
  void aStandbyThatWasStalledReadsResultsFirst() {
    standby(0);
    pass("f", 0);
    assertEquals(List.of(), hedge.due(1000 * MS));
    assertEquals(List.of(), run(1000, 1249));
    assertEquals(1, run(1249, 1250).size());
  }

  @Test
  void aStallIsOverSomeTimeAfterIt() {
    primary(0);
    assertTrue(hedge.isHedging(1100 * MS));
    for (long ms = 1125; ms < 1350; ms += 25) {
      assertTrue(hedge.isHedging(ms * MS), ms + " ms");
    }
    assertFalse(hedge.isHedging(1350 * MS));
  }

  @Test
  void aPrimaryShowsItselfThatItRuns() {
    primary(0);
    assertEquals(OptionalLong.of(125 * MS), hedge.nextDueNs());
  }

  @Test
  void afterAReconnectionAnotherMayBeThePrimary() {
    primary(0);
    hedge.reconnected(110 * MS);
    assertEquals(List.of(), pass("f", 120));
  }

  @Test
  void theOrderOfAFramesEffectsStays() {
    standby(0);
    FusionEffect first = answer("f", 0);
    FusionEffect second = answer("f", 0);
    hedge.pass(List.of(first, second), 0);
    List<FusionEffect> due = run(0, HEDGE_MS);
    assertEquals(2, due.size());
    assertTrue(due.get(0) == first && due.get(1) == second);
  }

  @Test
  void aNewStandbyLetsTheOneBeforeItGoFirst() {
    hedge.assign(role(true), 0);
    pass("f", 10);
    assertEquals(List.of(), run(10, 209));
    assertEquals(List.of(key("f")), keys(hedge.due(210 * MS)));
    pass("g", 220);
    assertEquals(List.of(key("g")), keys(run(220, 320)));
  }

  @Test
  void sendsItselfAProbeFourTimesPerDelay() {
    standby(0);
    assertTrue(hedge.probeDue(0));
    assertFalse(hedge.probeDue(24 * MS));
    assertTrue(hedge.probeDue(25 * MS));
  }

  /** Also as an assignment of an older orchestrator may say it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 19, 20, 40})
  void aShortDelayFloodsNobodyAndStillAnswers(long hedgeMs) {
    List<Integer> covered = List.of(0);
    hedge.assign(
        new FuserRole("d", "a".repeat(64), null, 1, covered, 1000, 1, null, true, hedgeMs), 0);
    int probes = 0;
    int answers = 0;
    for (long ms = 0; ms < 1_000; ms++) {
      if (hedge.probeDue(ms * MS)) {
        probes++;
        hedge.onLoopback(ms * MS, ms * MS);
      }
      answers += hedge.due(ms * MS).size();
      if (ms == 500) {
        assertEquals(List.of(), pass("f", ms));
      }
    }
    assertEquals(40, probes);
    assertEquals(1, answers);
  }

  @Test
  void aPrimaryThatDoesNotHearItselfListensUntilItDoes() {
    primary(0);
    hedge.onLoopback(100 * MS, 101 * MS);
    assertEquals(List.of(), run(100, 170));
    assertEquals(1, pass("f", 175).size());
    assertEquals(List.of(), run(176, 600));
    assertEquals(List.of(), pass("old", 600));
    hedge.answered(key("old"));
    hedge.onLoopback(590 * MS, 601 * MS);
    assertEquals(1, pass("new", 602).size());
    assertEquals(List.of(), run(602, 660));
  }

  @Test
  void aStandbyAnswersNothingWhileItDoesNotHearItself() {
    standby(0);
    hedge.onLoopback(0, 1 * MS);
    pass("f", 10);
    assertEquals(List.of(), run(10, 900));
    assertEquals(OptionalLong.of(925 * MS), hedge.nextDueNs());
    hedge.onLoopback(890 * MS, 901 * MS);
    assertEquals(List.of(key("f")), keys(hedge.due(901 * MS)));
  }

  @Test
  void whereNoProbesComeNobodyWaitsForThem() {
    standby(0);
    hedge.onLoopback(Long.MAX_VALUE, 1 * MS);
    pass("f", 10);
    assertEquals(1, run(10, 110).size());
    hedge.onLoopback(200 * MS, 200 * MS);
    pass("g", 10_195);
    assertEquals(1, run(10_195, 10_300).size());
  }

  @Test
  void whoWasGivenUpWhileItWasCutOffForgetsWhatItHas() {
    primary(0);
    hedge.onLoopback(100 * MS, 100 * MS);
    run(100, 2_000);
    pass("f", 2_000);
    hedge.disconnected(2_000 * MS);
    run(2_000, 2_500);
    assertTrue(hedge.reconnected(2_500 * MS));
    assertEquals(List.of(), run(2_500, 3_000));
  }
}
