package io.coterie.client.discovery;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.discovery.Search.Input;
import io.coterie.client.discovery.Search.Phase;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a client that cannot reach its hub looks for it. */
final class SearchTest {
  private Search state = Search.initial();
  private long nowNs = Long.MAX_VALUE - 5;

  private boolean at(long second, Input input) {
    Search.Decision decision = state.decide(input, nowNs + TimeUnit.SECONDS.toNanos(second));
    state = decision.state();
    return decision.look();
  }

  @Test
  void aHubThatRestartsIsNotLookedFor() {
    assertFalse(at(0, Input.MISSED));
    assertFalse(at(9, Input.MISSED));
    assertFalse(at(9, Input.REACHED));
    assertFalse(at(12, Input.MISSED), "that is another loss");
    assertEquals(Phase.PATIENT, state.phase());
  }

  @Test
  void looksOnceAtATimeAndEverMoreRarelyButForEver() {
    at(0, Input.MISSED);
    assertTrue(at(10, Input.MISSED));
    assertFalse(at(11, Input.MISSED), "a look is under way");
    at(13, Input.LOOKED);
    assertFalse(at(27, Input.MISSED));
    assertTrue(at(28, Input.MISSED));
    at(31, Input.LOOKED);
    assertFalse(at(60, Input.MISSED));
    assertTrue(at(61, Input.MISSED));
    long second = 61;
    for (int i = 0; i < 10_000; i++) {
      at(second + 3, Input.LOOKED);
      assertFalse(at(second + 62, Input.MISSED));
      assertTrue(at(second + 63, Input.MISSED));
      second += 63;
    }
  }

  @Test
  void aLookThatEndsAfterTheHubIsBackChangesNothing() {
    at(0, Input.MISSED);
    at(10, Input.MISSED);
    at(11, Input.REACHED);
    at(13, Input.LOOKED);
    assertEquals(Search.initial(), state);
  }
}
