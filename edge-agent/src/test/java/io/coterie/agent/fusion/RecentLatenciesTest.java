package io.coterie.agent.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class RecentLatenciesTest {
  private static final long MS = 1_000_000;

  private final RecentLatencies latencies = new RecentLatencies();

  @Test
  void saysNothingOfAFewFrames() {
    for (int i = 1; i < RecentLatencies.FEWEST; i++) {
      answer(5, 10L * i);
      assertEquals(OptionalDouble.empty(), latencies.percentileMs());
    }
    answer(7, 100);
    assertEquals(OptionalDouble.of(7), latencies.percentileMs());
  }

  @Test
  void isTheNearestRank() {
    for (int i = 1; i <= 100; i++) {
      answer(i, 1_000);
    }
    assertEquals(OptionalDouble.of(95), latencies.percentileMs());
  }

  @Test
  void forgetsWhatIsOlderThanASecond() {
    for (int i = 0; i < 10; i++) {
      answer(50, 1_000);
    }
    for (int i = 0; i < 10; i++) {
      answer(5, 2_001);
    }
    assertEquals(OptionalDouble.of(5), latencies.percentileMs());
  }

  @Test
  void keepsTheLastFewWhereFramesAreRare() {
    for (int i = 1; i <= 6; i++) {
      answer(i, 1_200L * i);
    }
    assertEquals(OptionalDouble.of(6), latencies.percentileMs());
    answer(1, 20_000);
    assertEquals(OptionalDouble.empty(), latencies.percentileMs());
  }

  @Test
  void ignoresFramesThatArrivedBeforeItBegan() {
    latencies.beginAt(1_000 * MS);
    for (int i = 0; i < 10; i++) {
      answer(50, 1_010 + i);
      answer(5, 1_010 + i);
    }
    assertEquals(OptionalDouble.of(5), latencies.percentileMs());
  }

  private void answer(long latencyMs, long atMs) {
    latencies.add((atMs - latencyMs) * MS, atMs * MS);
  }
}
