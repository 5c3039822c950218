package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AttemptsTest {
  private static final List<URI> BROKERS = ConnectionOptions.parseBrokers("a,b,c");

  private final Attempts attempts = new Attempts(BROKERS);

  @Test
  void goesThroughAllAddressesWithoutPausesAndThenPauses() {
    assertEquals(BROKERS.get(0), attempts.next());
    assertEquals(0, attempts.failed(0));
    assertEquals(BROKERS.get(1), attempts.next());
    assertEquals(0, attempts.failed(0));
    assertEquals(BROKERS.get(2), attempts.next());
    assertEquals(50, attempts.failed(0));
    assertEquals(BROKERS.get(0), attempts.next());
    attempts.failed(0);
    attempts.failed(0);
    assertEquals(100, attempts.failed(0));
  }

  @Test
  void isMorePatientWithEveryRound() {
    assertEquals(1, attempts.connectSeconds());
    for (int i = 0; i < 3; i++) {
      attempts.failed(0);
    }
    assertEquals(2, attempts.connectSeconds());
  }

  @Test
  void beginsWithTheFirstAddressWhenAConnectionEnds() {
    attempts.failed(0);
    attempts.connected();
    assertEquals(50, attempts.lost(BROKERS.get(1), false, 0));
    assertEquals(BROKERS.get(0), attempts.next());
  }

  @Test
  void beginsAfterTheAddressThatFellSilent() {
    attempts.connected();
    attempts.lost(BROKERS.get(0), true, 0);
    assertEquals(BROKERS.get(1), attempts.next());
    attempts.connected();
    attempts.lost(BROKERS.get(2), true, 0);
    assertEquals(BROKERS.get(0), attempts.next());
  }

  @Test
  void knowsWhetherItIsTheFirstFailure() {
    assertFalse(attempts.failedBefore());
    attempts.failed(0);
    assertTrue(attempts.failedBefore());
    attempts.connected();
    assertFalse(attempts.failedBefore());
  }

  @Test
  void triesWhatWasFoundAfterWhatIsKnown() {
    List<URI> found = ConnectionOptions.parseBrokers("b,x,y");
    for (int i = 0; i < 3; i++) {
      attempts.failed(0);
    }
    attempts.found(found);
    for (URI known : BROKERS) {
      assertEquals(known, attempts.next());
      assertEquals(0, attempts.failed(0));
    }
    assertEquals(found.get(1), attempts.next());
    assertEquals(0, attempts.failed(0));
    assertEquals(found.get(2), attempts.next());
    attempts.failed(0);
    attempts.found(List.of());
    for (int i = 0; i < 2; i++) {
      assertEquals(0, attempts.failed(0));
    }
    assertEquals(200, attempts.failed(0), "what is not found any more is not tried");
  }

  @Test
  void keepsToItsRoundWhateverIsFoundMeanwhile() {
    attempts.failed(0);
    attempts.found(ConnectionOptions.parseBrokers("x"));
    assertEquals(BROKERS.get(1), attempts.next());
    attempts.failed(0);
    assertEquals(50, attempts.failed(0));
  }
}
