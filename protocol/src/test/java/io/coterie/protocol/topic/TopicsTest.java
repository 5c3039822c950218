package io.coterie.protocol.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicsTest {
  private final Topics topics = new Topics("home/coterie");

  @ParameterizedTest
  @EnumSource(Topic.class)
  void parsesWhatItBuilds(Topic topic) {
    int names = topic.pattern().split("\\{").length - 1;
    String[] values = Collections.nCopies(names, "n-1").toArray(new String[0]);
    String built = topics.of(topic, values);
    assertEquals(
        Optional.of(new Topics.Parsed(topic, List.of(values))), topics.parse(built), built);
    assertTrue(Topics.matches(topics.filter(topic), built), built);
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void standsInTheProtocolDocument(Topic topic) throws Exception {
    String document = Files.readString(Path.of("..", "docs", "protocol.md"));
    assertTrue(document.contains("`coterie/" + topic.pattern() + "`"), topic.pattern());
  }

  @Test
  void buildsTopicsAndFilters() {
    assertEquals("home/coterie/agents/a/state", topics.of(Topic.AGENT_STATE, "a"));
    assertEquals("home/coterie/deployments/d/input/+", topics.filter(Topic.INPUT, "d"));
    assertEquals("home/coterie/deployments/+/spec", topics.filter(Topic.DEPLOYMENT_SPEC));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "coterie/agents/a/state",
        "home/coterie",
        "home/coterie/",
        "home/coterie/agents//state",
        "home/coterie/agents/a/state/more",
        "home/coterie/agents/ä/state",
        "home/coterie/agents/+/state",
        "home/coterie/agents/a/unknown",
        "home/coterie/models"
      })
  void parsesHostileTopicsToNothing(String topic) {
    assertEquals(Optional.empty(), topics.parse(topic));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "#", "+", "a b", "ä", "a\u0000"})
  void refusesNamesThatAreNone(String name) {
    assertThrows(IllegalArgumentException.class, () -> topics.of(Topic.AGENT_STATE, name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "a/", "/a", "a//b", "+", "a/#"})
  void refusesABaseThatIsNone(String base) {
    assertThrows(IllegalArgumentException.class, () -> new Topics(base));
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/+, a/b, true",
    "+/b, a/b, true",
    "#, a/b, true",
    "a/#, a/b/c, true",
    "a/#, a, true",
    "a/+, a/b/c, false",
    "a/+, a, false",
    "a/b, a, false",
    "a, a/b, false",
    "#, $SYS/x, false",
    "+/x, $SYS/x, false"
  })
  void matchesFiltersAsTheStandardSays(String filter, String topic, boolean expected) {
    assertEquals(expected, Topics.matches(filter, topic));
  }

  @Test
  void knowsNames() {
    assertTrue(Topics.isName("Kitchen_2.board-1"));
    assertFalse(Topics.isName("x".repeat(65)));
    assertFalse(Topics.isName(null));
  }
}
