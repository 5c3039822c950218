package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.coterie.protocol.bus.Message;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LoopbackProbeTest {
  @Test
  void comesBackAsItWasSent() {
    LoopbackProbe probe = new LoopbackProbe("porch", -7);
    assertEquals(Optional.of(probe), LoopbackProbe.of(probe.toMessage("t")));
  }

  @ParameterizedTest
  @CsvSource({
    "task, porch, 7",
    "probe, a/b, 7",
    "probe, '', 7",
    "probe, porch, ''",
    "probe, porch, x"
  })
  void readsAnythingElseAsNothing(String kind, String deployment, String sent) {
    Message.Builder message = Message.to("t");
    message.property("kind", kind).property("deployment", deployment).property("sent", sent);
    assertEquals(Optional.empty(), LoopbackProbe.of(message.build()));
  }
}
