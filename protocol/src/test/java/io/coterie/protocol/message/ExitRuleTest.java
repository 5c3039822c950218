package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ExitRuleTest {
  @Test
  void followsTheBudgetWhereNothingIsSaid() throws Exception {
    ExitRule rule = Json.read("{\"maxAccuracyLoss\":0.01}", ExitRule.class);
    assertEquals(ExitPolicy.FEATURE_DIFFERENCE, rule.policy());
    assertEquals(ExitRule.Mode.CONTINUE, rule.mode());
    assertEquals(Optional.empty(), rule.target());
    assertEquals(0.005, ExitRule.standard().maxAccuracyLoss());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'maxAccuracyLoss':-0.1}|must be in [0, 1]: maxAccuracyLoss=-0.1",
        "{'latencyTargetMs':0}|must be a finite number > 0: latencyTargetMs=0.0",
        "{'policy':'entropy','threshold':1.5}|a threshold of entropy must be in 0 to 1.0: 1.5",
        "{'threshold':1,'latencyTargetMs':5}|a fixed threshold cannot follow a latency target:"
            + " threshold=1.0 latencyTargetMs=5.0"
      })
  void saysWhatIsWrong(String json, String message) {
    JsonException e =
        assertThrows(JsonException.class, () -> Json.read(json.replace('\'', '"'), ExitRule.class));
    assertEquals(message, e.getMessage());
  }
}
