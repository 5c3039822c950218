package io.coterie.orchestrator.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BreakersTest {
  private static final long S = 1_000_000_000L;

  private static Breakers garbage(Breakers before, long count, long atS) {
    return before.heard("hub/d", Map.of("bad", count), atS * S);
  }

  @Test
  void aBoardWithoutGarbageIsNeverLeftOut() {
    Breakers breakers = Breakers.NONE.heard("hub/d", Map.of(), S).elapsed(100 * S);
    assertFalse(breakers.isOpen("good"));
    assertEquals(List.of(), breakers.reasons());
  }

  @Test
  void aSingleAccidentIsForgiven() {
    assertFalse(garbage(Breakers.NONE, Breakers.GARBAGE - 1, 0).isOpen("bad"));
  }

  @Test
  void garbageLeavesTheBoardOutForAWhile() {
    Breakers open = garbage(Breakers.NONE, 5, 0);
    assertTrue(open.isOpen("bad"));
    assertFalse(open.isOpen("good"));
    assertTrue(open.elapsed(29 * S).isOpen("bad"));
    assertFalse(open.elapsed(30 * S).isOpen("bad"));
  }

  @Test
  void saysWhy() {
    String reason = garbage(Breakers.NONE, 5, 0).reasons().get(0).text();
    assertTrue(reason.startsWith("bad is left out for 30 s: 5 of its portions"), reason);
  }

  @Test
  void countsTheSameReportOnce() {
    Breakers twice = garbage(Breakers.NONE, 2, 0);
    assertSame(twice, garbage(twice, 2, 5));
    assertTrue(garbage(twice, 3, 10).isOpen("bad"));
  }

  @Test
  void aFuserThatBeginsAgainCountsFromZero() {
    Breakers before = garbage(Breakers.NONE, 2, 0);
    assertTrue(garbage(before, 1, 5).isOpen("bad"));
  }

  @Test
  void fusersAreCountedOneByOne() {
    Breakers one = Breakers.NONE.heard("a/d", Map.of("bad", 2L), 0);
    assertTrue(one.heard("b/d", Map.of("bad", 1L), S).isOpen("bad"));
  }

  @ParameterizedTest
  @CsvSource({"1, 30", "2, 60", "3, 120", "7, 1920", "8, 3600", "30, 3600"})
  void whoFailsAgainIsLeftOutForLonger(int trips, long seconds) {
    Breakers breakers = Breakers.NONE;
    long atS = 0;
    for (int trip = 1; trip <= trips; trip++) {
      breakers = garbage(breakers, 10L * trip, atS);
      if (trip < trips) {
        atS += Math.min(3600, 30L << (trip - 1));
        breakers = breakers.elapsed(atS * S);
        assertFalse(breakers.isOpen("bad"));
        atS += 60;
      }
    }
    assertTrue(breakers.elapsed((atS + seconds - 1) * S).isOpen("bad"));
    assertFalse(breakers.elapsed((atS + seconds) * S).isOpen("bad"));
  }

  @Test
  void whoHasProvenItselfStartsAfresh() {
    Breakers closed = garbage(Breakers.NONE, 5, 0).elapsed(30 * S);
    long laterS = 30 + 60L * Breakers.PROBATION_MINUTES;
    Breakers accident = garbage(closed, 6, laterS);
    assertFalse(accident.isOpen("bad"));
    assertTrue(garbage(accident, 8, laterS + 1).elapsed((laterS + 30) * S).isOpen("bad"));
    assertFalse(garbage(accident, 8, laterS + 1).elapsed((laterS + 31) * S).isOpen("bad"));
  }

  @Test
  void whoIsOnProbationHasNoAccidents() {
    Breakers closed = garbage(Breakers.NONE, 5, 0).elapsed(30 * S);
    Breakers again = garbage(closed, 6, 40);
    assertTrue(again.elapsed(99 * S).isOpen("bad"));
    assertFalse(again.elapsed(100 * S).isOpen("bad"));
  }
}
