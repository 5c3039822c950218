package io.coterie.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.lab.demo.Ledger;
import io.coterie.lab.demo.StageLedger;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.Report.Stops;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExitsFiguresTest {
  private final ExitsFigures figures =
      ExitsFigures.of(
          new ExitsBenchOptions(100, 3, 4, 20, 1, ExitRule.standard()),
          2,
          false,
          0.25,
          ExitsFigures.Mode.of(
              List.of(window(2.0, 100), window(9.0, 100), window(1.9, 100)), unanswered(2)),
          ExitsFigures.Mode.of(
              List.of(window(1.5, 60), window(1.4, 70), window(0.1, 50)), unanswered(0)));

  /** A window of 100 frames in which boards computed a part of 100 operations. */
  private static ExitsFigures.Window window(double cpuSeconds, double computed) {
    return new ExitsFigures.Window(
        100, cpuSeconds, 0.5, new StageLedger.Totals(computed, 100, Stops.NONE));
  }

  private static Ledger.Totals unanswered(int frames) {
    Ledger ledger = new Ledger(3);
    for (int i = 0; i < frames; i++) {
      ledger.sent("f" + i, "cat", 0);
    }
    return ledger.totals();
  }

  @Test
  void comparesTheMediansOfTheWindows() {
    assertEquals(20, figures.off().cpuSecondsPer1000Frames(), 1e-9);
    assertEquals(14, figures.on().cpuSecondsPer1000Frames(), 1e-9);
    assertEquals(0.7, figures.cpuRatio(), 1e-9);
    assertEquals(1, figures.hubCpuRatio(), 1e-9);
    assertEquals(List.of(20.0, 90.0, 19.0), figures.off().windows());
  }

  @Test
  void comparesTheOperationsOfAllWindows() {
    assertEquals(1, figures.off().computedFraction(), 1e-9);
    assertEquals(0.6, figures.flopsRatio(), 1e-9);
  }

  @Test
  void takesTheMeanOfTheTwoInTheMiddle() {
    assertEquals(2.5, ExitsFigures.median(List.of(4.0, 1.0, 2.0, 3.0)));
    assertEquals(0, ExitsFigures.median(List.of()));
  }

  @Test
  void saysThatTheRateWasTooHigh() {
    String text = String.join("\n", figures.lines());
    assertTrue(text.contains("2 frames off and 0 on have no answer: lower --rate"), text);
    assertTrue(text.contains("0.700"), text);
  }

  @Test
  void survivesJson() throws Exception {
    assertEquals(figures, Json.read(Json.write(figures), ExitsFigures.class));
  }

  @Test
  void wantsThreePairs() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new ExitsBenchOptions(100, 2, 4, 20, 1, ExitRule.standard()));
  }
}
