package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ControlTest {
  @ParameterizedTest
  @EnumSource(Control.Command.class)
  void survivesTheWire(Control.Command command) throws Exception {
    Control sent = new Control(command, "porch", "x:00ff", 2);
    assertEquals(sent, Json.read(Json.bytes(sent), Control.class));
  }

  @Test
  void namesItsFrame() {
    Control control = new Control(Control.Command.STOP, "porch", "f1", 1);
    assertEquals(new FrameKey("porch", "f1"), control.key());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"source\":\"porch\",\"frame\":\"f1\",\"exit\":1}",
        "{\"command\":\"halt\",\"source\":\"porch\",\"frame\":\"f1\",\"exit\":1}",
        "{\"command\":\"stop\",\"frame\":\"f1\",\"exit\":1}",
        "{\"command\":\"stop\",\"source\":\"a/b\",\"frame\":\"f1\",\"exit\":1}",
        "{\"command\":\"stop\",\"source\":\"porch\",\"exit\":1}",
        "{\"command\":\"stop\",\"source\":\"porch\",\"frame\":\"\",\"exit\":1}",
        "{\"command\":\"stop\",\"source\":\"porch\",\"frame\":\"f1\"}",
        "{\"command\":\"stop\",\"source\":\"porch\",\"frame\":\"f1\",\"exit\":0}",
        "{\"command\":\"stop\",\"source\":\"porch\",\"frame\":\"f1\",\"exit\":1.5}"
      })
  void refusesWhatIsNone(String json) {
    assertThrows(JsonException.class, () -> Json.read(json, Control.class));
  }
}
