package io.coterie.agent.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CaptureCoreTest {
  private static final long SECOND = 1_000_000_000L;

  private static CaptureCore everySecond() {
    return CaptureCore.begin(OptionalLong.of(SECOND), 0);
  }

  private static CaptureCore onTrigger() {
    return CaptureCore.begin(OptionalLong.empty(), 0);
  }

  @Test
  void takesPicturesAtItsRate() {
    assertTrue(everySecond().isDue(0));
    CaptureCore after = everySecond().begun(0).succeeded();
    assertFalse(after.isDue(SECOND - 1));
    assertEquals(OptionalLong.of(SECOND), after.wakeNs());
    assertTrue(after.isDue(SECOND));
  }

  @Test
  void neverTakesTwoAtOnceAndDoesNotMakeUpForThoseItMissed() {
    CaptureCore taking = everySecond().begun(0);
    assertFalse(taking.isDue(5 * SECOND));
    assertEquals(OptionalLong.empty(), taking.wakeNs());
    CaptureCore late = taking.succeeded();
    assertTrue(late.isDue(5 * SECOND + 1));
    CaptureCore after = late.begun(5 * SECOND + 1).succeeded();
    assertEquals(OptionalLong.of(6 * SECOND), after.wakeNs());
  }

  @Test
  void takesOneForEveryTriggerAndOneForManyMeanwhile() {
    assertFalse(onTrigger().isDue(SECOND));
    assertEquals(OptionalLong.empty(), onTrigger().wakeNs());
    CaptureCore triggered = onTrigger().trigger();
    assertTrue(triggered.isDue(SECOND));
    CaptureCore again = triggered.begun(SECOND).trigger().trigger();
    assertFalse(again.isDue(SECOND));
    assertTrue(again.succeeded().isDue(SECOND));
    assertFalse(again.succeeded().begun(SECOND).succeeded().isDue(9 * SECOND));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "6, 32", "7, 60", "8, 60", "1000, 60"})
  void waitsLongerAfterEveryFailureUpToAMinute(int failures, long seconds) {
    CaptureCore core = everySecond();
    for (int i = 0; i < failures; i++) {
      core = core.begun(0).failed(0);
    }
    assertEquals(seconds, core.pauseSeconds());
    assertFalse(core.trigger().isDue(seconds * SECOND - 1));
    assertTrue(core.trigger().isDue(seconds * SECOND));
    CaptureCore works = core.begun(seconds * SECOND).succeeded();
    assertEquals(1, works.begun(100 * SECOND).failed(100 * SECOND).pauseSeconds());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void isDueWhenItWakesUnlessItWaitsForSomebody(long seed) {
    Random random = new Random(seed);
    CaptureCore core = random.nextBoolean() ? everySecond() : onTrigger();
    long nowNs = 0;
    for (int i = 0; i < 2000; i++) {
      nowNs += random.nextInt(2_000_000_000);
      String at = "seed " + seed + " step " + i;
      core = random.nextInt(5) == 0 ? core.trigger() : core;
      if (core.isDue(nowNs)) {
        core = core.begun(nowNs);
        assertFalse(core.isDue(nowNs + 1000 * SECOND), at);
        core = random.nextInt(3) == 0 ? core.failed(nowNs) : core.succeeded();
      } else if (core.wakeNs().isPresent()) {
        assertTrue(core.wakeNs().getAsLong() > nowNs, at);
        assertTrue(core.isDue(core.wakeNs().getAsLong()), at);
        assertFalse(core.isDue(core.wakeNs().getAsLong() - 1), at);
      }
    }
  }
}
