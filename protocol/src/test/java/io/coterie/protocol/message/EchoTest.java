package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bus.Message;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EchoTest {
  @Test
  void comesBackAsItWasSent() {
    Echo echo = new Echo("porch", -7);
    assertEquals(Optional.of(echo), Echo.of(echo.toMessage("t")));
  }

  @ParameterizedTest
  @CsvSource({"task, porch, 7", "echo, a/b, 7", "echo, '', 7", "echo, porch, ''", "echo, porch, x"})
  void readsAnythingElseAsNothing(String kind, String deployment, String sent) {
    Message.Builder message = Message.to("t");
    message.property("kind", kind).property("deployment", deployment).property("sent", sent);
    assertEquals(Optional.empty(), Echo.of(message.build()));
  }
}
