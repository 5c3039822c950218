package io.coterie.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Report.Stops;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SummaryTest {
  private static final StageLedger.Totals SAVED =
      new StageLedger.Totals(60, 100, new Stops(5, 3, 1));

  @Test
  void hasAllKeysForRocoinToo() {
    String json = Json.write(summary(1, StageLedger.NOTHING, Optional.empty()));
    assertTrue(
        json.contains(
            "\"exits\":{\"1\":0},\"flopsSavedFraction\":0.0,"
                + "\"stops\":{\"inTime\":0,\"late\":0,\"unknown\":0}}"),
        json);
  }

  @Test
  void saysWhatExitsSaved() throws Exception {
    Summary summary = summary(3, SAVED, Optional.empty());
    assertEquals(0.4, summary.flopsSavedFraction(), 1e-9);
    assertEquals(summary, Json.read(Json.write(summary), Summary.class));
    assertEquals(
        "frames by exit 1: 0, 2: 0, 3: 0; 40.0 % of the computation saved; stops: 5 in time, 3"
            + " late, 1 unknown",
        SummaryText.lines(summary, Strategy.DISTREE).get(3));
  }

  @Test
  void isAsBeforeForRocoin() {
    Summary summary = summary(1, StageLedger.NOTHING, Optional.empty());
    assertEquals(3, SummaryText.lines(summary, Strategy.ROCOIN).size());
  }

  @Test
  void saysHowTheTargetWasKept() {
    List<FrameTrace> frames =
        List.of(new FrameTrace(0, 10, true), new FrameTrace(6_000_000_000L, 50, false));
    TargetFigures kept = TargetFigures.of(frames, 30, OptionalLong.empty());
    TargetFigures slowed = TargetFigures.of(frames, 30, OptionalLong.of(1_000_000_000L));
    assertEquals("latency target 30 ms: p95 50.0 ms", last(kept));
    assertEquals(
        "latency target 30 ms: p95 50.0 ms; before the slowdown 10.0 ms at 100.00 % accuracy, 5 s"
            + " after it 50.0 ms at 0.00 %; not recovered",
        last(slowed));
  }

  private static String last(TargetFigures target) {
    return SummaryText.lines(summary(3, SAVED, Optional.of(target)), Strategy.DISTREE).get(4);
  }

  private static Summary summary(
      int exits, StageLedger.Totals computed, Optional<TargetFigures> target) {
    return Summary.of(new Ledger(exits).totals(), new KillLog(), computed, target);
  }
}
