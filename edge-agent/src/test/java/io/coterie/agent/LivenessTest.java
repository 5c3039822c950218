package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LivenessTest {
  private static final OptionalLong NO_JOB = OptionalLong.empty();

  private final Liveness liveness = new Liveness();

  @Test
  void aLoopThatDoesNotComeBackIsNoticedWithinFourSecondsAndWhenItDoes() {
    int looks = looksUntilNoticed(false, NO_JOB, 100);
    assertTrue(looks * Liveness.PERIOD_MS <= 4_000, "looks " + looks);
    assertEquals(Optional.empty(), liveness.look(true, false, NO_JOB, 100));
  }

  @Test
  void aJobThatDoesNotComeBackIsNoticedWithinFourSeconds() {
    int looks = looksUntilNoticed(true, OptionalLong.of(7), 1_000);
    assertTrue(looks * Liveness.PERIOD_MS <= 4_000, "looks " + looks);
    assertEquals(Optional.empty(), liveness.look(true, false, OptionalLong.of(8), 1_000));
  }

  @Test
  void jobsThatComeAndGoAreNoHang() {
    for (long i = 0; i < 1_000; i++) {
      assertEquals(Optional.empty(), liveness.look(true, false, OptionalLong.of(i / 3), 100));
    }
  }

  @Test
  void whoHasLongDeadlinesMayComputeLong() {
    for (int i = 0; i <= 40; i++) {
      assertEquals(Optional.empty(), liveness.look(true, false, OptionalLong.of(7), 10_000));
    }
    looksUntilNoticed(true, OptionalLong.of(7), 10_000);
  }

  @Test
  void aLoopMayLoadModelsForAMinute() {
    for (int i = 0; i < 60_000 / Liveness.PERIOD_MS; i++) {
      assertEquals(Optional.empty(), liveness.look(false, true, NO_JOB, 100));
    }
    assertTrue(liveness.look(false, true, NO_JOB, 100).isPresent());
  }

  private int looksUntilNoticed(boolean loopCameBack, OptionalLong job, long deadlineMs) {
    int looks = 1;
    while (liveness.look(loopCameBack, false, job, deadlineMs).isEmpty()) {
      looks++;
      assertTrue(looks < 100);
    }
    return looks;
  }
}
