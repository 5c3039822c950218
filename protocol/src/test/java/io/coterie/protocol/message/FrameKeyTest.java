package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bus.Message;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameKeyTest {
  @Test
  void isTheCorrelationDataWhereThatIsAName() {
    FrameKey key = key("frame-7".getBytes(StandardCharsets.UTF_8), "x");
    assertEquals("frame-7", key.frame());
    assertTrue(key.isPublishers());
  }

  @Test
  void isTheCorrelationDataInHexWhereThatIsBinary() {
    assertEquals("x:00ff10", key(new byte[] {0, -1, 16}, "x").frame());
  }

  @Test
  void staysShortForLongCorrelationData() {
    assertEquals(66, key(new byte[5000], "x").frame().length());
  }

  @Test
  void isAHashOfSourceAndPayloadWithoutCorrelationData() {
    FrameKey key = key(new byte[0], "picture");
    assertTrue(key.frame().matches("h:[0-9a-f]{16}"), key.frame());
    assertFalse(key.isPublishers());
    assertEquals(key, key(new byte[0], "picture"));
    assertNotEquals(key, key(new byte[0], "picture2"));
    assertNotEquals(
        key.frame(), FrameKey.of("cam2", Message.to("t").payload("picture").build()).frame());
  }

  @Test
  void cannotBeForgedIntoAHash() {
    FrameKey key = key("h:0123456789abcdef".getBytes(StandardCharsets.UTF_8), "x");
    assertTrue(key.frame().startsWith("x:"));
  }

  @Test
  void isNothingThatNoFrameCanHave() {
    assertEquals(258, key(new byte[128], "x").frame().length());
    for (String frame : List.of("", " ", "a b", "x:", "x:0G", "y:00", "x:" + "0".repeat(259))) {
      assertThrows(IllegalArgumentException.class, () -> new FrameKey("cam", frame), frame);
    }
  }

  private static FrameKey key(byte[] correlation, String payload) {
    return FrameKey.of("cam", Message.to("t").payload(payload).correlation(correlation).build());
  }
}
