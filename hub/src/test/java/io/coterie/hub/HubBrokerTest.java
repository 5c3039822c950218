package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HubBrokerTest {
  @ParameterizedTest
  @CsvSource({"64,16", "384,64", "768,128", "8192,128"})
  void takesLargerPacketsWithALargerHeap(long heapMib, int packetMib) {
    assertEquals(packetMib << 20, HubBroker.maxPacketBytes(heapMib << 20));
  }
}
