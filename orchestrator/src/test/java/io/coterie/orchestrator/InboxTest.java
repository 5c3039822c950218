package io.coterie.orchestrator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.Membership;
import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.orchestrator.deployment.Input;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InboxTest {
  private static final Topics TOPICS = new Topics("coterie");

  @Test
  void readsAnAgentsState() throws JsonException {
    AgentState state = new AgentState(Availability.ONLINE, 3);
    assertEquals(
        Optional.of(new Input.AgentHeard(new Membership.StateHeard("pi", state))),
        read("coterie/agents/pi/state", Json.bytes(state)));
  }

  @Test
  void anEmptyPayloadClears() throws JsonException {
    assertEquals(
        Optional.of(new Input.AgentHeard(new Membership.StateCleared("pi"))),
        read("coterie/agents/pi/state", new byte[0]));
    assertEquals(
        Optional.of(new Input.AgentHeard(new Membership.CapabilityCleared("pi"))),
        read("coterie/agents/pi/capability", new byte[0]));
    assertEquals(
        Optional.of(new Input.SpecRemoved("cam")),
        read("coterie/deployments/cam/spec", new byte[0]));
    assertEquals(Optional.empty(), read("coterie/deployments/cam/plan", new byte[0]));
  }

  @Test
  void readsASpec() throws JsonException {
    var spec = Fixtures.spec(Fixtures.manifest(2), 0.9);
    assertEquals(
        Optional.of(new Input.SpecHeard("cam", spec)),
        read("coterie/deployments/cam/spec", Json.bytes(spec)));
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void garbageIsRefusedOnEveryTopic(Topic topic) {
    String[] names = topic == Topic.MODEL ? new String[] {"a".repeat(64)} : names(topic.pattern());
    for (String garbage : List.of("[", "{}", "null", "7", "{\"state\":\"x\"}", "[".repeat(9_999))) {
      byte[] payload = garbage.getBytes(StandardCharsets.UTF_8);
      assertThrows(JsonException.class, () -> read(TOPICS.of(topic, names), payload), garbage);
    }
    Random random = new Random(topic.pattern().length());
    byte[] noise = new byte[500];
    random.nextBytes(noise);
    assertThrows(
        JsonException.class,
        () -> read(TOPICS.of(topic, names), noise),
        "seed " + topic.pattern().length());
  }

  private static String[] names(String pattern) {
    long count = pattern.chars().filter(c -> c == '{').count();
    return LongStream.range(0, count).mapToObj(i -> "n" + i).toArray(String[]::new);
  }

  @Test
  void foreignTopicsAreRefused() {
    for (String topic : List.of("other/agents/a/state", "coterie/x", "coterie/agents/a b/state")) {
      assertThrows(JsonException.class, () -> read(topic, new byte[0]), topic);
    }
  }

  @Test
  void listensToWhatItReadsAndNothingElse() {
    assertTrue(Inbox.TOPICS.stream().noneMatch(t -> t == Topic.INPUT || t == Topic.PORTION));
    assertEquals(7, Inbox.TOPICS.size());
  }

  private static Optional<Input> read(String topic, byte[] payload) throws JsonException {
    return Inbox.read(TOPICS, Message.to(topic).payload(payload).build());
  }
}
