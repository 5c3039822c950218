package io.coterie.orchestrator.learning;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearntTest {
  @Test
  void isTheSameAsJson() throws JsonException {
    Learnt learnt = throttled();
    assertTrue(learnt.slowness("a") > 1);
    assertEquals(learnt, Json.read(Json.write(learnt), Learnt.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"boards\":{\"a b\":{}}}",
        "{\"boards\":{\"a\":{}}}",
        "{\"boards\":{\"a\":null}}",
        "{\"boards\":7}"
      })
  void refusesWhatIsNothingLearnt(String json) {
    assertThrows(JsonException.class, () -> Json.read(json, Learnt.class));
  }

  @Test
  void boardsLongGoneAreForgotten() {
    Learnt learnt = throttled().elapsed(Learnt.FORGET_SECONDS - 1, Set.of());
    learnt = learnt.met("b", 1).elapsed(1, Set.of());
    assertEquals(Set.of("b"), learnt.boards().keySet());
  }

  @Test
  void thereIsRoomForSoManyBoards() {
    Learnt learnt = Learnt.NOTHING.met("first", 1).elapsed(1, Set.of());
    for (int i = 0; i < 2 * Learnt.MAX_BOARDS; i++) {
      learnt = learnt.met("board-" + i, 1);
    }
    assertEquals(Learnt.MAX_BOARDS, learnt.boards().size());
    assertTrue(learnt.boards().containsKey("board-" + (2 * Learnt.MAX_BOARDS - 1)));
    assertTrue(!learnt.boards().containsKey("first"));
  }

  @Test
  void anAgentThatStartsAnewRunsAsUsualAndCountsFromNothing() {
    Learnt learnt = throttled().elapsed(1, Set.of()).met("a", 2);
    assertEquals(1, learnt.slowness("a"));
    assertEquals(1, learnt.measuredSeconds().size());
    learnt = learnt.heard("a", 2, 1, Map.of()).elapsed(60, Set.of("a"));
    assertEquals(1, learnt.boards().get("a").failures().failures(), 1e-9);
  }

  @Test
  void droppedFramesAreFailures() {
    Learnt learnt =
        Learnt.NOTHING
            .heard("a", 1, 0, Map.of("m", new StudentProgress(100, 1_000, 10)))
            .elapsed(60, Set.of())
            .heard("a", 1, 25, Map.of("m", new StudentProgress(175, 1_750, 10)))
            .elapsed(60, Set.of("a"));
    assertEquals(0.25, learnt.boards().get("a").failures().failures(), 1e-9);
    assertEquals(0.75, learnt.boards().get("a").failures().successes(), 1e-9);
  }

  @Test
  void anotherBoardUnderTheSameNameIsMeasuredAnew() {
    Learnt learnt = throttled().lost("a").changed("a");
    assertEquals(Map.of(), learnt.measuredSeconds());
    assertTrue(learnt.failureProbability("a", 0.05) > 0.05);
    assertEquals(Learnt.NOTHING, Learnt.NOTHING.changed("a"));
  }

  private static Learnt throttled() {
    Learnt learnt = Learnt.NOTHING;
    double totalMs = 0;
    for (int report = 1; report <= 40; report++) {
      totalMs += 50 * (report < 30 ? 10 : 40);
      learnt = learnt.heard("a", 1, 0, Map.of("m", new StudentProgress(50L * report, totalMs, 10)));
    }
    return learnt;
  }
}
