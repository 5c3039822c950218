package io.coterie.agent.gpio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class BlinkPatternTest {
  private static final long MS = 1_000_000;

  /** Milliseconds at which the LED changes, from the pattern's beginning. */
  private static List<Long> changes(BlinkPattern pattern, int count) {
    List<Long> changes = new ArrayList<>();
    long atNs = 0;
    while (changes.size() < count) {
      OptionalLong next = pattern.nextChangeNs(atNs);
      if (next.isEmpty()) {
        return changes;
      }
      atNs = next.getAsLong();
      changes.add(atNs / MS);
    }
    return changes;
  }

  @ParameterizedTest
  @CsvSource({
    "JOINING, 500 1000 1500 2000",
    "IDLE, 50 3000 3050 6000",
    "ASSIGNED, ''",
    "INFERRING, 400 500 900 1000",
    "DEGRADED, 100 250 350 1500 1600 1750",
    "DRAINING, 100 250 350 500 600 2000 2100",
    "ERROR, 125 250 375 500",
    "IDENTIFY, 50 100 150 200"
  })
  void goesOffAndOnAgainAt(BlinkPattern pattern, String changes) {
    List<Long> expected = new ArrayList<>();
    for (String change : changes.split(" ", -1)) {
      if (!change.isEmpty()) {
        expected.add(Long.parseLong(change));
      }
    }
    assertEquals(expected, changes(pattern, expected.size()));
    boolean lit = true;
    assertEquals(lit, pattern.litAt(0));
    for (long change : expected) {
      assertEquals(lit, pattern.litAt(change * MS - 1), "before " + change);
      lit = !lit;
      assertEquals(lit, pattern.litAt(change * MS), "at " + change);
    }
  }

  @ParameterizedTest
  @EnumSource(BlinkPattern.class)
  void isTheSameInEveryPeriod(BlinkPattern pattern) {
    for (long ms = 0; ms < 3000; ms += 10) {
      assertEquals(pattern.litAt(ms * MS), pattern.litAt((ms + 42_000) * MS), pattern + " " + ms);
    }
  }

  @Test
  void noTwoLookTheSame() {
    Set<List<Boolean>> looks = new HashSet<>();
    for (BlinkPattern pattern : BlinkPattern.values()) {
      List<Boolean> look = new ArrayList<>();
      for (long ms = 0; ms < 3000; ms += 25) {
        look.add(pattern.litAt(ms * MS));
      }
      assertTrue(looks.add(look), pattern.toString());
    }
  }
}
