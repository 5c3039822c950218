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
    assertEquals(Optional.empty(), liveness.look(true, NO_JOB, 100));
  }

  @Test
  void aJobThatDoesNotComeBackIsNoticedWithinFourSeconds() {
    int looks = looksUntilNoticed(true, OptionalLong.of(7), 1_000);
    assertTrue(looks * Liveness.PERIOD_MS <= 4_000, "looks " + looks);
    assertEquals(Optional.empty(), liveness.look(true, OptionalLong.of(8), 1_000));
  }

  @Test
  void jobsThatComeAndGoAreNoHang() {
    for (long i = 0; i < 1_000; i++) {
      assertEquals(Optional.empty(), liveness.look(true, OptionalLong.of(i / 3), 100));
    }
  }

  @Test
  void whoHasLongDeadlinesMayComputeLong() {
    for (int i = 0; i <= 40; i++) {
      assertEquals(Optional.empty(), liveness.look(true, OptionalLong.of(7), 10_000));
    }
    looksUntilNoticed(true, OptionalLong.of(7), 10_000);
  }

  private int looksUntilNoticed(boolean loopCameBack, OptionalLong job, long deadlineMs) {
    int looks = 1;
    while (liveness.look(loopCameBack, job, deadlineMs).isEmpty()) {
      looks++;
      assertTrue(looks < 100);
    }
    return looks;
  }
}
