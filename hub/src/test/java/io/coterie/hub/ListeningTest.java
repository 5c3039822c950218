package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

final class ListeningTest {
  private static ListenerOptions on(String bind, boolean plain, boolean open) {
    return new ListenerOptions(bind, 1883, OptionalInt.empty(), OptionalInt.empty(), plain, open);
  }

  @Test
  void asksForTlsAndCredentialsOutsideTheLoopback() {
    assertTrue(on("0.0.0.0", false, false).guarded());
    assertTrue(on("192.168.1.10", false, false).guarded());
    assertTrue(on("::", false, false).guarded());
    assertFalse(on("127.0.0.1", false, false).guarded());
    assertFalse(on("::1", false, false).guarded());
    assertEquals(8883, on("0.0.0.0", false, false).securePort());
  }

  @Test
  void listensWithoutTlsForOthersOnlyWhenItIsTold() {
    assertEquals("127.0.0.1", on("0.0.0.0", false, false).plainAddress());
    assertEquals("0.0.0.0", on("0.0.0.0", true, false).plainAddress());
    assertTrue(on("0.0.0.0", true, false).guarded());
    assertEquals("0.0.0.0", on("0.0.0.0", false, true).plainAddress());
    assertFalse(on("0.0.0.0", false, true).guarded());
    assertThrows(IllegalArgumentException.class, () -> on("0.0.0.0", true, true));
  }

  @Test
  void asksForThemOnTheLoopbackWhereAPortIsGiven() {
    ListenerOptions listening =
        new ListenerOptions("127.0.0.1", 0, OptionalInt.of(0), OptionalInt.empty(), false, false);
    assertTrue(listening.guarded());
    assertEquals(0, listening.securePort());
  }
}
