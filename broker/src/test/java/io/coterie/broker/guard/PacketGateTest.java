package io.coterie.broker.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PacketGateTest {
  private static final String CONNECT = "101300044d5154540402000a0007";
  private final PacketGate gate = new PacketGate();

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
  }

  @Test
  void passesAConnectInAnyPieces() {
    String connect = CONNECT + "636f7465726965";
    for (int i = 0; i < connect.length(); i += 2) {
      assertEquals(Optional.empty(), gate.arrived(bytes(connect.substring(i, i + 2))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"474554202f", "300a", "160301", "00", "e000"})
  void refusesWhatDoesNotBeginWithAConnect(String hex) {
    assertEquals(Optional.of("not MQTT"), gate.arrived(bytes(hex)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10ffffff7f", "10818004"})
  void refusesALargeConnectAtItsHeader(String hex) {
    assertTrue(gate.arrived(bytes(hex)).orElseThrow().startsWith("packet too large"));
  }

  @Test
  void refusesALengthOfMoreThanFourBytes() {
    assertEquals(Optional.of("malformed packet length"), gate.arrived(bytes("10ffffffff")));
  }

  @Test
  void refusesAStrangerThatGoesOnSending() {
    assertEquals(Optional.empty(), gate.arrived(bytes("1000")));
    ByteBuf pings = Unpooled.wrappedBuffer(new byte[PacketGate.STRANGER_BYTES]);
    assertEquals(Optional.of("too much before it was let in"), gate.arrived(pings));
  }

  @Test
  void letsGuestsSendLargePacketsAndStillBoundsThem() {
    assertEquals(Optional.empty(), gate.arrived(bytes("1000")));
    assertTrue(gate.letsIn(bytes("20020000")));
    assertEquals(Optional.empty(), gate.arrived(bytes("3080808040")), "128 MiB");
    assertEquals(
        Optional.empty(),
        gate.arrived(Unpooled.wrappedBuffer(new byte[PacketGate.STRANGER_BYTES])));
    PacketGate other = new PacketGate();
    assertTrue(other.letsIn(bytes("20020000")));
    assertEquals(Optional.empty(), other.arrived(bytes("1000")));
    assertTrue(other.arrived(bytes("30ffffff7f")).orElseThrow().startsWith("packet too large"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"20020005", "2003008700", "20", "2002", "d000", ""})
  void otherAnswersLetNobodyIn(String hex) {
    assertFalse(gate.letsIn(bytes(hex)));
  }

  @Test
  void readsConnacksWithLongProperties() {
    assertTrue(gate.letsIn(bytes("2081010000")));
  }

  @Test
  void theLobbyIsBoundedByAddressAndInAll() {
    Lobby lobby = new Lobby();
    for (int i = 0; i < Lobby.MOST_PER_ADDRESS; i++) {
      assertTrue(lobby.enter("a"));
    }
    assertFalse(lobby.enter("a"));
    assertTrue(lobby.enter("b"));
    lobby.leave("a");
    assertTrue(lobby.enter("a"));
    for (int i = Lobby.MOST_PER_ADDRESS + 1; i < Lobby.MOST; i++) {
      assertTrue(lobby.enter("c" + i));
    }
    assertFalse(lobby.enter("d"));
  }
}
