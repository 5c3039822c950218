package io.coterie.agent.gpio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RuleTest {
  private static final String ANSWER =
      """
      {"frame":"f","source":"porch","status":"ok","label":"person","index":1,"confidence":0.9,
       "portions":{"have":2,"of":2},"exit":1,"epoch":8,"latencyMs":12.5}
      """;

  private static final String EXPIRED =
      """
      {"frame":"f","source":"porch","status":"expired","portions":{"have":0,"of":2},"epoch":8,
       "latencyMs":500,"reason":"late"}
      """;

  private static boolean holds(String rule, String result) throws Exception {
    return Rule.parse(rule).holds(Json.read(result, Result.class));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "label == \"person\"; true",
        "label == 'person'; true",
        "label == 'cat'; false",
        "label != 'cat'; true",
        "source == 'porch'; true",
        "status == 'ok'; true",
        "confidence > 0.8; true",
        "confidence > 0.9; false",
        "confidence >= 0.9; true",
        "confidence < 0.9; false",
        "confidence <= 0.9; true",
        "confidence == 0.9; true",
        "confidence != 0.9; false",
        "latencyMs < 100; true",
        "latencyMs > -1; true",
        "label == \"person\" && confidence > 0.8; true",
        "label=='person'&&confidence>0.8; true",
        "label == 'person' && confidence > 0.95; false",
        "label == 'cat' || confidence > 0.8; true",
        "label == 'cat' || confidence > 0.95; false",
        "!(label == 'cat'); true",
        "!!(label == 'cat'); false",
        "! label == 'cat'; true",
        // && binds more strongly than ||.
        "label == 'person' || label == 'cat' && confidence > 0.95; true",
        "(label == 'person' || label == 'cat') && confidence > 0.95; false",
        "  ( ( label == 'person' ) )  ; true"
      })
  void compares(String rule, boolean expected) throws Exception {
    assertEquals(expected, holds(rule, ANSWER));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "label == 'person'; false",
        "label != 'person'; false",
        "!(label == 'person'); false",
        "!(label == 'person' && confidence > 0.8); false",
        "confidence < 0.5; false",
        "status == 'expired'; true",
        "status == 'expired' || label == 'person'; true",
        "status == 'expired' && label != 'person'; false",
        "!(status == 'ok' && label == 'person'); true",
        "status != 'ok' && latencyMs >= 500; true"
      })
  void aMissingAnswerIsNeitherOneNorAnother(String rule, boolean expected) throws Exception {
    assertEquals(expected, holds(rule, EXPIRED));
  }

  @Test
  void textsHaveBothQuotesAndEscapes() throws Exception {
    String odd = ANSWER.replace("\"person\"", "\"it's a \\\"cat\\\" \\\\\"");
    assertTrue(holds("label == \"it's a \\\"cat\\\" \\\\\"", odd));
    assertTrue(holds("label == 'it\\'s a \"cat\" \\\\'", odd));
    assertFalse(holds("label == 'its a cat'", odd));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "~~; expected one of label, status, source, confidence, latencyMs, ! or ( at character 1, not the end",
        "lable == 'a'; expected one of label, status",
        "label = 'a'; expected one of == != <= >= < > at character 7, not = 'a'",
        "label == person; expected a text in quotes to compare label with at character 10, not person",
        "label == 'person; expected a text in quotes to compare label with at character 10",
        "label > 'a'; expected == or !=, for label is a text at character 7",
        "confidence > '0.8'; expected a number to compare confidence with at character 14",
        "confidence > 80; confidence is a number from 0 to 1 at character 14, not 80",
        "status == 'fine'; status is one of ok, degraded, expired, rejected at character 11",
        "label == 'a' and confidence > 0.8; expected &&, || or the end at character 14, not and confiden",
        "label == 'a' &; expected &&, || or the end at character 14, not &",
        "label == 'a' &&; expected one of label",
        "(label == 'a'; expected &&, || or ) at character 14, not the end",
        "label == 'a'); expected &&, || or the end at character 13, not )",
        "confidence > 0.8.1; expected &&, || or the end at character 17",
        "confidence > 1e9; expected &&, || or the end at character 15, not e9"
      })
  void saysWhatIsWrongAndWhere(String rule, String reason) {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Rule.parse(rule));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "!"})
  void refusesWhatIsNestedTooDeeply(String symbol) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Rule.parse(symbol.repeat(400)));
    assertTrue(e.getMessage().contains("nested deeper than 32"), e.getMessage());
    String longest = "label == '" + "x".repeat(Rule.LONGEST) + "'";
    assertThrows(IllegalArgumentException.class, () -> Rule.parse(longest));
  }
}
