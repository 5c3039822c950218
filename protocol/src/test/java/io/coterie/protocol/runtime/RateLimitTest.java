package io.coterie.protocol.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class RateLimitTest {
  private final RateLimit limit = new RateLimit(Duration.ofNanos(100));

  @Test
  void letsOneOfAKindThroughAndCountsTheOthers() {
    assertEquals(OptionalLong.of(0), limit.pass("a", 1_000));
    assertEquals(OptionalLong.empty(), limit.pass("a", 1_050));
    assertEquals(OptionalLong.empty(), limit.pass("a", 1_099));
    assertEquals(OptionalLong.of(0), limit.pass("b", 1_099));
    assertEquals(OptionalLong.of(2), limit.pass("a", 1_100));
    assertEquals(OptionalLong.empty(), limit.pass("a", 1_101));
  }

  @Test
  void forgetsTheOldestOfTooManyKinds() {
    for (int kind = 0; kind <= 100; kind++) {
      assertEquals(OptionalLong.of(0), limit.pass("kind-" + kind, 0));
    }
    assertEquals(OptionalLong.of(0), limit.pass("kind-0", 1));
    assertEquals(OptionalLong.empty(), limit.pass("kind-100", 1));
  }
}
