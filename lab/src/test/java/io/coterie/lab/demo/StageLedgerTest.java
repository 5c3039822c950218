package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitBundles;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Report.ModelTime;
import io.coterie.protocol.message.Report.Stops;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Stages of the student {@code small} take 10, 20 and 30 operations, of {@code large} ten times.
 */
final class StageLedgerTest {
  private static final String BUNDLE = "0".repeat(64);

  private final StageLedger ledger = new StageLedger(BUNDLE, ExitBundles.manifest());

  @Test
  void weighsFramesWithTheStagesTheyWentThrough() {
    hear("a", 1, small(0, 10, 5, 1));
    hear("b", 1, large(1, 2, 1, 0));
    assertComputed(100 + 100 + 30 + 200 + 200, 600 + 1200);
  }

  @Test
  void countsAReportThatRepeatsOnlyOnce() {
    hear("a", 1, small(0, 10, 5, 1));
    hear("a", 1, small(0, 10, 5, 1));
    hear("a", 1, small(0, 20, 5, 1));
    assertComputed(200 + 100 + 30, 1200);
  }

  @Test
  void keepsWhatAKilledBoardDid() {
    hear("a", 1, small(0, 10, 10, 10));
    hear("a", 2);
    hear("a", 2, small(0, 20, 0, 0));
    hear("a", 1, small(0, 11, 11, 11));
    assertComputed(600 + 200, 600 + 1200);
  }

  @Test
  void keepsWhatARoleDidThatWasTakenAway() {
    hear("a", 1, small(0, 10, 0, 0));
    hear("a", 1, small(1, 1, 0, 0));
    hear("a", 1, small(0, 12, 0, 0), small(1, 1, 0, 0));
    assertComputed(100 + 10 + 120, 600 + 60 + 720);
  }

  @Test
  void noticesARoleThatBeganAnewBetweenTwoReports() {
    hear("a", 1, small(0, 10, 5, 5));
    hear("a", 1, small(0, 12, 4, 0));
    assertComputed(100 + 100 + 150 + 120 + 80, 600 + 720);
  }

  @Test
  void addsStopsOverProcesses() {
    ledger.report("a", report(1, new Stops(3, 2, 1)), 0);
    ledger.report("a", report(1, new Stops(5, 2, 1)), 0);
    ledger.report("a", report(2, new Stops(1, 0, 0)), 0);
    ledger.report("b", report(9, new Stops(10, 20, 30)), 0);
    assertEquals(new Stops(16, 22, 31), ledger.totals().stops());
  }

  @Test
  void takesAgentsThatDoNotTellForRunningToTheEnd() {
    hear("a", 1, model("small", 0, 7, List.of()));
    assertComputed(420, 420);
  }

  @Test
  void leavesOutWhatItDoesNotKnow() {
    hear("a", 1, model("medium", 0, 7, List.of(7L, 7L, 7L)));
    hear("b", 1, model("small", 5, 7, List.of(7L, 7L, 7L)));
    hear("c", 1, model("small", 0, 7, List.of(7L)));
    hear(
        "d",
        1,
        new ModelTime(
            "1".repeat(64), Strategy.DISTREE, 2, 0, "small", 1, 7, 7, List.of(7L, 7L, 7L)));
    assertComputed(0, 0);
    assertEquals(1, ledger.totals().computedFraction());
  }

  @Test
  void tellsWhatCameSinceAReading() {
    hear("a", 1, small(0, 10, 10, 10));
    StageLedger.Totals before = ledger.totals();
    hear("a", 1, small(0, 20, 10, 10));
    StageLedger.Totals since = ledger.totals().minus(before);
    assertEquals(1.0 / 6, since.computedFraction(), 1e-9);
  }

  @Test
  void knowsWhoHasReportedSince() {
    ledger.report("a", report(1, Stops.NONE), 10);
    assertTrue(ledger.heard(List.of("a"), 10));
    assertFalse(ledger.heard(List.of("a"), 11));
    assertFalse(ledger.heard(List.of("a", "b"), 10));
  }

  private void assertComputed(double computed, double toTheEnd) {
    assertEquals(computed, ledger.totals().computedFlops(), 1e-9);
    assertEquals(toTheEnd, ledger.totals().toTheEndFlops(), 1e-9);
  }

  private void hear(String agent, long incarnation, ModelTime... models) {
    ledger.report(agent, report(incarnation, Stops.NONE, models), 0);
  }

  private static Report report(long incarnation, Stops stops, ModelTime... models) {
    return new Report(
        incarnation, 0, 0, 0, List.of(models), List.of(), List.of(), List.of(), stops, List.of());
  }

  private static ModelTime small(int partition, long first, long second, long third) {
    return model("small", partition, first, List.of(first, second, third));
  }

  private static ModelTime large(int partition, long first, long second, long third) {
    return model("large", partition, first, List.of(first, second, third));
  }

  private static ModelTime model(String student, int partition, long frames, List<Long> stages) {
    return new ModelTime(BUNDLE, Strategy.DISTREE, 2, partition, student, 1, frames, 1, stages);
  }
}
