package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

final class BrokerRotationTest {
  private static final List<URI> BROKERS = ConnectionOptions.parseBrokers("a,b,c");

  private final BrokerRotation rotation = new BrokerRotation(BROKERS);

  @Test
  void goesThroughAllAddressesWithoutPausesAndThenPauses() {
    assertEquals(BROKERS.get(0), rotation.next());
    assertEquals(0, rotation.failed(0));
    assertEquals(BROKERS.get(1), rotation.next());
    assertEquals(0, rotation.failed(0));
    assertEquals(BROKERS.get(2), rotation.next());
    assertEquals(50, rotation.failed(0));
    assertEquals(BROKERS.get(0), rotation.next());
    rotation.failed(0);
    rotation.failed(0);
    assertEquals(100, rotation.failed(0));
  }

  @Test
  void isMorePatientWithEveryRound() {
    assertEquals(1, rotation.connectSeconds());
    for (int i = 0; i < 3; i++) {
      rotation.failed(0);
    }
    assertEquals(2, rotation.connectSeconds());
  }

  @Test
  void beginsWithTheFirstAddressWhenAConnectionEnds() {
    rotation.failed(0);
    rotation.connected();
    assertEquals(50, rotation.lost(BROKERS.get(1), false, 0));
    assertEquals(BROKERS.get(0), rotation.next());
  }

  @Test
  void beginsAfterTheAddressThatFellSilent() {
    rotation.connected();
    rotation.lost(BROKERS.get(0), true, 0);
    assertEquals(BROKERS.get(1), rotation.next());
    rotation.connected();
    rotation.lost(BROKERS.get(2), true, 0);
    assertEquals(BROKERS.get(0), rotation.next());
  }

  @Test
  void knowsWhetherItIsTheFirstFailure() {
    assertFalse(rotation.failedBefore());
    rotation.failed(0);
    assertTrue(rotation.failedBefore());
    rotation.connected();
    assertFalse(rotation.failedBefore());
  }

  @Test
  void triesWhatWasFoundAfterWhatIsKnown() {
    List<URI> found = ConnectionOptions.parseBrokers("b,x,y");
    for (int i = 0; i < 3; i++) {
      rotation.failed(0);
    }
    rotation.found(found);
    for (URI known : BROKERS) {
      assertEquals(known, rotation.next());
      assertEquals(0, rotation.failed(0));
    }
    assertEquals(found.get(1), rotation.next());
    assertEquals(0, rotation.failed(0));
    assertEquals(found.get(2), rotation.next());
    rotation.failed(0);
    rotation.found(List.of());
    for (int i = 0; i < 2; i++) {
      assertEquals(0, rotation.failed(0));
    }
    assertEquals(200, rotation.failed(0), "what is not found any more is not tried");
  }

  @Test
  void keepsToItsRoundWhateverIsFoundMeanwhile() {
    rotation.failed(0);
    rotation.found(ConnectionOptions.parseBrokers("x"));
    assertEquals(BROKERS.get(1), rotation.next());
    rotation.failed(0);
    assertEquals(50, rotation.failed(0));
  }
}
