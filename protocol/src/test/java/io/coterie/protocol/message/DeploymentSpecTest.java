package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeploymentSpecTest {
  private static final DeploymentSpec SPEC = DeploymentSpec.rocoin("a".repeat(64), 500, 0.99);

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, 19, 60_001})
  void nobodyChoosesAHedgeThatTakesEveryPauseForALoss(long hedgeMs) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> SPEC.withHedgeMs(hedgeMs));
    assertTrue(refused.getMessage().startsWith("must be 20 to 60000: hedgeMs (0 for no hedge"));
    assertTrue(refused.getMessage().endsWith("=" + hedgeMs), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 20, 60_000})
  void takesNoHedgeAndAllOthers(long hedgeMs) {
    assertEquals(hedgeMs, SPEC.withHedgeMs(hedgeMs).hedgeMs());
  }

  /** A deployment that runs by it goes on. */
  @Test
  void aShorterHedgeThatWasRetainedBeforeCountsAsTheShortest() throws JsonException {
    String json = Json.write(SPEC).replace("\"hedgeMs\":300", "\"hedgeMs\":1");
    DeploymentSpec read = Json.read(json.getBytes(StandardCharsets.UTF_8), DeploymentSpec.class);
    assertEquals(20, read.hedgeMs());
    assertThrows(
        JsonException.class,
        () ->
            Json.read(
                json.replace(":1,", ":-1,").getBytes(StandardCharsets.UTF_8),
                DeploymentSpec.class));
  }
}
