package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final long MS = 1_000_000;

  private final Ledger ledger = new Ledger(2);

  @Test
  void countsEveryOutcomeOnce() {
    for (int i = 0; i < 5; i++) {
      ledger.sent("f" + i, "cat", 0);
    }
    ledger.received(answer("f0", Outcome.OK, "cat"), 10 * MS);
    ledger.received(answer("f1", Outcome.DEGRADED, "dog"), 30 * MS);
    ledger.received(refusal("f2", Outcome.EXPIRED), 5 * MS);
    ledger.received(refusal("f3", Outcome.REJECTED), 5 * MS);
    Ledger.Totals totals = ledger.totals();
    assertEquals(5, totals.sent());
    assertEquals(
        List.of(1, 1, 1, 1, 1),
        List.of(
            totals.ok(), totals.degraded(), totals.expired(), totals.rejected(), totals.open()));
    assertEquals(0.5, totals.accuracy());
    assertEquals(10, totals.latencyMs().p50());
    assertEquals(30, totals.latencyMs().p99());
    assertFalse(summary(totals).nothingLost());
  }

  @Test
  void countsASecondResultAsADuplicate() {
    ledger.sent("f", "cat", 0);
    ledger.received(answer("f", Outcome.OK, "cat"), 1);
    ledger.received(answer("f", Outcome.OK, "cat"), 2);
    assertEquals(1, ledger.totals().duplicates());
    assertEquals(1, ledger.totals().ok());
    assertFalse(summary(ledger.totals()).nothingLost());
  }

  @Test
  void countsAResultOfAFrameThatWasNeverSentAsADuplicate() {
    ledger.received(answer("ghost", Outcome.OK, "cat"), 1);
    assertEquals(1, summary(ledger.totals()).duplicates());
  }

  @Test
  void isSatisfiedWhenEveryFrameHasOneResult() {
    ledger.sent("f", "cat", 0);
    ledger.received(refusal("f", Outcome.EXPIRED), 1);
    assertTrue(summary(ledger.totals()).nothingLost());
  }

  @Test
  void countsAnswersByExit() {
    for (int i = 0; i < 4; i++) {
      ledger.sent("f" + i, "cat", 0);
    }
    ledger.received(answer("f0", Outcome.OK, "cat", 2), 1);
    ledger.received(answer("f1", Outcome.DEGRADED, "cat", 2), 1);
    ledger.received(refusal("f2", Outcome.EXPIRED), 1);
    assertEquals(Map.of(1, 0, 2, 2), ledger.totals().exits());
  }

  @Test
  void tracesFramesBySendTimeWithThoseThatHaveNoAnswer() {
    ledger.sent("f0", "cat", 0);
    ledger.sent("f1", "cat", 10 * MS);
    ledger.sent("f2", "cat", 20 * MS);
    ledger.received(answer("f2", Outcome.OK, "cat"), 25 * MS);
    ledger.received(refusal("f1", Outcome.REJECTED), 30 * MS);
    double never = Double.POSITIVE_INFINITY;
    assertEquals(
        List.of(
            new FrameTrace(0, never, false),
            new FrameTrace(10 * MS, never, false),
            new FrameTrace(20 * MS, 5, true)),
        ledger.traces());
  }

  private static Summary summary(Ledger.Totals totals) {
    return Summary.of(totals, new KillLog(), StageLedger.NOTHING, Optional.empty());
  }

  private static Result answer(String frame, Outcome status, String label) {
    return answer(frame, status, label, 1);
  }

  private static Result answer(String frame, Outcome status, String label, int exit) {
    return new Result(
        frame,
        "demo",
        status,
        label,
        0,
        0.9,
        List.of(),
        new Result.Portions(1, 1),
        exit,
        1,
        1,
        List.of("a"),
        null,
        null);
  }

  private static Result refusal(String frame, Outcome status) {
    return Result.without(
        status, new FrameKey("demo", frame), new Result.Portions(0, 1), 1, 1, "why");
  }
}
