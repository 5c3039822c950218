package io.coterie.protocol.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.topic.HomeAssistant;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PermissionsTest {
  private static final Topics TOPICS = new Topics("home/coterie");
  private static final String SHA = "0".repeat(64);

  private static Permissions of(Role role) {
    return new Permissions(TOPICS, role, "kitchen");
  }

  @ParameterizedTest
  @CsvSource({
    "agents/kitchen/state, true",
    "agents/kitchen/capability, true",
    "agents/kitchen/report, true",
    "agents/kitchen/load, true",
    "agents/attic/inbox, true",
    "deployments/d/portions/3, true",
    "deployments/d/control, true",
    "deployments/d/result/cam, true",
    "agents/attic/state, false",
    "agents/attic/capability, false",
    "agents/attic/report, false",
    "agents/attic/load, false",
    "agents/kitchen/assignment, false",
    "agents/attic/assignment, false",
    "deployments/d/input/kitchen, true",
    "deployments/kitchen/input/cam, false",
    "deployments/d/input/cam, false",
    "agents/kitchen/request, false",
    "agents/attic/request, false",
    "deployments/d/spec, false",
    "deployments/d/plan, false",
    "orchestrator/state, false",
    "agents/kitchen, false",
    "agents/kitchen/unknown, false"
  })
  void agentsWriteTheirOwnStateAndWhatAnswersFrames(String below, boolean allowed) {
    assertEquals(allowed, of(Role.AGENT).mayPublish("home/coterie/" + below, false));
  }

  @ParameterizedTest
  @CsvSource({
    "agents/kitchen/assignment, true",
    "agents/kitchen/inbox, true",
    "agents/kitchen/request, true",
    "agents/+/load, true",
    "deployments/d/input/+, true",
    "deployments/+/portions/+, true",
    "agents/+/inbox, false",
    "agents/attic/inbox, false",
    "agents/attic/assignment, false",
    "agents/attic/request, false",
    "agents/+/state, false",
    "agents/#, false",
    "deployments/d/#, false",
    "deployments/d/spec, false",
    "#, false"
  })
  void agentsReadWhatTheyNeed(String below, boolean allowed) {
    assertEquals(allowed, of(Role.AGENT).maySubscribe("home/coterie/" + below));
  }

  @Test
  void publishersSendFramesAndReadResults() {
    Permissions publisher = of(Role.PUBLISHER);
    assertTrue(publisher.mayPublish("home/coterie/deployments/d/input/cam", false));
    assertTrue(publisher.maySubscribe("home/coterie/deployments/+/result/+"));
    assertFalse(publisher.mayPublish("home/coterie/deployments/d/result/cam", false));
    assertFalse(publisher.mayPublish("home/coterie/deployments/d/spec", true));
    assertFalse(publisher.mayPublish("home/coterie/agents/kitchen/inbox", false));
    assertFalse(publisher.maySubscribe("home/coterie/deployments/d/input/+"));
    assertFalse(publisher.maySubscribe("home/coterie/deployments/#"));
  }

  @ParameterizedTest
  @EnumSource(Topic.class)
  void viewersPublishNothing(Topic topic) {
    String[] names = {"a", "b"};
    int count = topic.pattern().split("\\{").length - 1;
    String built = TOPICS.of(topic, Arrays.copyOf(names, count));
    assertFalse(of(Role.VIEWER).mayPublish(built, false), built);
    assertFalse(of(Role.VIEWER).maySubscribe(TOPICS.filter(Topic.INPUT)));
    assertTrue(of(Role.VIEWER).maySubscribe(TOPICS.filter(Topic.DEPLOYMENT_PLAN)));
  }

  @Test
  void operatorsDeployAndSeeEverythingOfTheFleet() {
    Permissions operator = of(Role.OPERATOR);
    assertTrue(operator.mayPublish("home/coterie/deployments/d/spec", true));
    assertTrue(operator.mayPublish("home/coterie/models/" + SHA, true));
    assertTrue(operator.maySubscribe("home/coterie/#"));
    assertTrue(operator.maySubscribe("home/coterie/agents/+/report"));
    assertFalse(operator.maySubscribe("home/#"));
    assertFalse(operator.mayPublish("home/coterie/deployments/d/plan", true));
    assertFalse(operator.mayPublish("home/coterie/agents/a/assignment", true));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nobodyLeavesTheFleetsTopics(Role role) {
    Permissions permissions = of(role);
    for (String topic : new String[] {"x", "$SYS/x", "coterie/agents/kitchen/state", "", "home"}) {
      assertFalse(permissions.mayPublish(topic, false), topic);
    }
    for (String filter :
        new String[] {"#", "+/#", "$SYS/#", "home/+/#", "$share/g/home/coterie/#", "", "+"}) {
      assertFalse(permissions.maySubscribe(filter), filter);
    }
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void nobodyKeepsFramesOrAnswersInTheBroker(Role role) {
    for (Topic topic : new Topic[] {Topic.INPUT, Topic.PORTION, Topic.RESULT}) {
      assertFalse(of(role).mayPublish(TOPICS.of(topic, "d", "1"), true), topic.pattern());
    }
    assertFalse(of(role).mayPublish(TOPICS.of(Topic.AGENT_INBOX, "kitchen"), true));
  }

  @Test
  void onlyTheHubAndHomeAssistantUseItsDiscovery() {
    String device = HomeAssistant.device("coterie_agent-a");
    for (Role role : Role.values()) {
      boolean hub = role == Role.HUB;
      boolean home = role == Role.HOME;
      assertEquals(hub || home, of(role).mayPublish(device, true), role.text());
      assertEquals(home, of(role).mayPublish(HomeAssistant.STATUS, true), role.text());
      assertEquals(hub || home, of(role).maySubscribe(HomeAssistant.STATUS), role.text());
      assertEquals(hub || home, of(role).maySubscribe(HomeAssistant.DEVICES), role.text());
      assertEquals(home, of(role).maySubscribe(HomeAssistant.ALL), role.text());
      assertFalse(of(role).mayPublish("homeassistant/sensor/x/config", true), role.text());
    }
  }

  @Test
  void homeAssistantSetsNumbersAndDeploysNothing() {
    Permissions home = of(Role.HOME);
    assertTrue(home.mayPublish("home/coterie/deployments/d/set/deadline", false));
    assertFalse(home.mayPublish("home/coterie/deployments/d/set/deadline", true));
    assertFalse(home.mayPublish("home/coterie/deployments/d/spec", true));
    assertFalse(home.mayPublish("home/coterie/models/" + SHA, true));
    assertFalse(of(Role.PUBLISHER).mayPublish("home/coterie/deployments/d/set/deadline", false));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void boardsAreAskedByThoseWhoLookAfterThem(Role role) {
    boolean may = role == Role.OPERATOR || role == Role.HUB || role == Role.HOME;
    assertEquals(may, of(role).mayPublish("home/coterie/agents/attic/request", false));
    assertFalse(of(role).mayPublish("home/coterie/agents/attic/request", true));
  }

  @Test
  void anAgentsOwnFramesAreOneFilterForOtherBrokers() {
    assertTrue(
        of(Role.AGENT).publishFilters().contains("home/coterie/deployments/+/input/kitchen"));
  }

  @Test
  void repliesAreReadByThoseTheyAreFor() {
    assertTrue(of(Role.PUBLISHER).maySubscribe("home/coterie-reply/kitchen/1"));
    assertTrue(of(Role.PUBLISHER).maySubscribe("home/coterie-reply/kitchen/#"));
    assertFalse(of(Role.PUBLISHER).maySubscribe("home/coterie-reply/attic/1"));
    assertFalse(of(Role.PUBLISHER).maySubscribe("home/coterie-reply/#"));
    assertTrue(of(Role.AGENT).mayPublish("home/coterie-reply/attic/1", false));
    assertFalse(of(Role.AGENT).mayPublish("home/coterie-reply/attic/1", true));
    assertFalse(of(Role.PUBLISHER).mayPublish("home/coterie-reply/kitchen/1", false));
  }

  @ParameterizedTest
  @CsvSource({
    "a/+, a/b, true",
    "a/+, a/+, true",
    "a/+, a/#, false",
    "a/+, +/b, false",
    "a/#, a/b/+, true",
    "a/#, a/#, true",
    "a/#, a, true",
    "a/#, +/b, false",
    "a/b, a/+, false",
    "a/b, a/b, true",
    "a/b, a, false",
    "a, a/b, false",
    "a/+/c, a/b/c, true",
    "a/+/c, a/#, false"
  })
  void coversOnlyFiltersThatAreWithinTheGrantedOne(String granted, String filter, boolean within) {
    assertEquals(within, Permissions.covers(granted, filter));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "+", "#", "a/b", "ä"})
  void refusesUserNamesThatCouldBeFilters(String name) {
    assertThrows(IllegalArgumentException.class, () -> new Permissions(TOPICS, Role.AGENT, name));
  }

  @ParameterizedTest
  @EnumSource(Role.class)
  void readsRolesBack(Role role) {
    assertEquals(role, Role.parse(role.text()));
    assertThrows(IllegalArgumentException.class, () -> Role.parse("root"));
  }
}
