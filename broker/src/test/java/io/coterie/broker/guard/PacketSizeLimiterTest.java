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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PacketSizeLimiterTest {
  private static final String CONNECT = "101300044d5154540402000a0007";
  private static final int MAX_BYTES = 1 << 20;

  private final PacketSizeLimiter limiter = new PacketSizeLimiter(MAX_BYTES);

  private static ByteBuf bytes(String hex) {
    return Unpooled.wrappedBuffer(HexFormat.of().parseHex(hex));
  }

  @Test
  void passesAConnectInAnyPieces() {
    String connect = CONNECT + "636f7465726965";
    for (int i = 0; i < connect.length(); i += 2) {
      assertEquals(Optional.empty(), limiter.arrived(bytes(connect.substring(i, i + 2))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"474554202f", "300a", "160301", "00", "e000"})
  void refusesWhatDoesNotBeginWithAConnect(String hex) {
    assertEquals(Optional.of("not MQTT"), limiter.arrived(bytes(hex)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10ffffff7f", "10818004"})
  void refusesALargeConnectAtItsHeader(String hex) {
    assertTrue(limiter.arrived(bytes(hex)).orElseThrow().startsWith("packet too large"));
  }

  @Test
  void refusesALengthOfMoreThanFourBytes() {
    assertEquals(Optional.of("malformed packet length"), limiter.arrived(bytes("10ffffffff")));
  }

  @Test
  void refusesAStrangerThatGoesOnSending() {
    assertEquals(Optional.empty(), limiter.arrived(bytes("1000")));
    ByteBuf pings = Unpooled.wrappedBuffer(new byte[PacketSizeLimiter.PRE_AUTH_BYTES]);
    assertEquals(Optional.of("too much before it was let in"), limiter.arrived(pings));
  }

  /** Of 2^20 bytes, one is for the type and three are for the length. */
  @ParameterizedTest
  @CsvSource({"fbff3f,false", "fcff3f,false", "fdff3f,true"})
  void letsAuthenticatedClientsSendPacketsOfTheMostBytes(String length, boolean refused) {
    assertEquals(Optional.empty(), limiter.arrived(bytes("1000")));
    assertTrue(limiter.isAccepted(bytes("20020000")));
    assertEquals(refused, limiter.arrived(bytes("30" + length)).isPresent());
    assertEquals(refused, limiter.tooLarge());
  }

  @Test
  void letsAuthenticatedClientsSendMoreThanStrangers() {
    assertEquals(Optional.empty(), limiter.arrived(bytes("1000")));
    assertTrue(limiter.isAccepted(bytes("20020000")));
    ByteBuf much = Unpooled.buffer().writeBytes(HexFormat.of().parseHex("30fcff3f"));
    much.writeZero(MAX_BYTES - 4);
    assertEquals(Optional.empty(), limiter.arrived(much));
    assertEquals(Optional.empty(), limiter.arrived(bytes("c000")), "the next one is a PINGREQ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"20020005", "2003008700", "20", "2002", "d000", ""})
  void otherAnswersLetNobodyIn(String hex) {
    assertFalse(limiter.isAccepted(bytes(hex)));
  }

  @Test
  void readsConnacksWithLongProperties() {
    assertTrue(limiter.isAccepted(bytes("2081010000")));
  }

  @Test
  void connectionsBeforeAuthenticationAreBoundedByAddressAndInAll() {
    PreAuthLimits limits = new PreAuthLimits();
    for (int i = 0; i < PreAuthLimits.MOST_PER_ADDRESS; i++) {
      assertTrue(limits.tryAcquire("a"));
    }
    assertFalse(limits.tryAcquire("a"));
    assertTrue(limits.tryAcquire("b"));
    limits.release("a");
    assertTrue(limits.tryAcquire("a"));
    for (int i = PreAuthLimits.MOST_PER_ADDRESS + 1; i < PreAuthLimits.MOST; i++) {
      assertTrue(limits.tryAcquire("c" + i));
    }
    assertFalse(limits.tryAcquire("d"));
  }
}
