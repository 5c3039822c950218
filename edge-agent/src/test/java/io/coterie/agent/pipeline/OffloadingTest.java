package io.coterie.agent.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class OffloadingTest {
  @Test
  void keepsTheNextTaskWhereNothingWaitsOrTooMuchIsToBeHandedOver() {
    assertTrue(Offloading.keeps(0, 0, 50));
    assertFalse(Offloading.keeps(1, 50, 50));
    assertTrue(Offloading.keeps(1, 51, 50));
  }

  @Test
  void offersOnlyToShorterQueues() {
    assertTrue(Offloading.mayOffer(3, 2));
    assertFalse(Offloading.mayOffer(3, 3));
  }

  @Test
  void handsOverForSureWhatIsComputedEarlierThere() {
    assertTrue(Offloading.offloads(10, 9.9, 0.999));
  }

  @Test
  void handsOverByChanceWhatIsComputedLaterThere() {
    assertTrue(Offloading.offloads(10, 40, 0.249));
    assertFalse(Offloading.offloads(10, 40, 0.25));
    assertEquals(1, Offloading.probability(10, 10));
  }

  @Test
  void handsNothingOverWhereNothingWaits() {
    assertFalse(Offloading.offloads(0, 5, 0));
    assertFalse(Offloading.offloads(0, 0, 0));
  }
}
