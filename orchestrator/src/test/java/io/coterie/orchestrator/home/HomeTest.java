package io.coterie.orchestrator.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.ExamplePlans;
import io.coterie.client.fleet.FleetView;
import io.coterie.client.fleet.Membership;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HomeTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String AGENT = "homeassistant/device/coterie_agent-a/config";
  private static final String METER = "homeassistant/device/coterie_deployment-meter/config";

  private final FleetView fleet =
      FleetView.NOTHING
          .with("a", new Membership.StateHeard("a", new AgentState(Availability.ONLINE, 5)), 0)
          .withSpec("meter", Optional.of(ExamplePlans.SPEC));

  private final Home following = Home.connected(new Topics("coterie"), "hub").with(fleet);
  private final Home leading = following.led(Optional.of("hub"), 0);

  private static List<String> topics(Home.Decision decision) {
    return decision.messages().stream().map(Home.Retained::topic).toList();
  }

  @Test
  void announcesEveryAgentAndDeploymentOnce() {
    Home.Decision first = leading.passed(SECOND);
    assertEquals(List.of(AGENT, METER), topics(first));
    assertEquals(List.of(), first.home().passed(2 * SECOND).messages());
  }

  @Test
  void announcesNothingWhereAnotherHubLeads() {
    assertEquals(List.of(), following.passed(SECOND).messages());
    Home other = following.led(Optional.of("other"), 0);
    assertEquals(List.of(), other.passed(SECOND).messages());
    Home over = leading.passed(SECOND).home().led(Optional.empty(), 2 * SECOND);
    assertEquals(List.of(), over.passed(3 * SECOND).messages());
    Home again = over.led(Optional.of("hub"), 4 * SECOND);
    assertEquals(List.of(AGENT, METER), topics(again.passed(5 * SECOND)));
  }

  @Test
  void takesBackWhatIsOver() {
    Home told = leading.passed(SECOND).home();
    Home ended = told.with(fleet.withSpec("meter", Optional.empty()));
    assertEquals(List.of(new Home.Retained(METER, "")), ended.passed(2 * SECOND).messages());
    FleetView forgotten = fleet.with("a", new Membership.StateCleared("a"), SECOND);
    assertEquals(
        List.of(new Home.Retained(AGENT, "")), told.with(forgotten).passed(2 * SECOND).messages());
  }

  @Test
  void takesBackWhatEndedWhileItWasAwayOnceTheBrokerHasToldEverything() {
    String over = "homeassistant/device/coterie_deployment-over/config";
    Home found = leading.found(over, true).found(METER, true);
    Home.Decision early = found.passed(Home.SETTLED_NS - 1);
    assertFalse(topics(early).contains(over));
    Home.Decision settled = early.home().passed(Home.SETTLED_NS);
    assertEquals(List.of(new Home.Retained(over, "")), settled.messages());
    assertEquals(List.of(), settled.home().passed(2 * Home.SETTLED_NS).messages());
  }

  @Test
  void leavesAnnouncementsOfOthersAlone() {
    for (String topic :
        new String[] {
          "homeassistant/device/washer/config",
          "homeassistant/device/coterie/config",
          "homeassistant/device/coterie_uagent-a/config",
          "homeassistant/device/coterie2_agent-x/config"
        }) {
      Home settled = leading.found(topic, true).passed(SECOND).home();
      assertEquals(List.of(), settled.passed(2 * Home.SETTLED_NS).messages(), topic);
    }
  }

  @Test
  void repeatsEverythingAfterABirthWithJitter() {
    Home told = leading.passed(SECOND).home().born(0.5, SECOND).born(0.9, SECOND);
    long due = SECOND + Home.LONGEST_JITTER_NS / 2;
    assertEquals(List.of(), told.passed(due - 1).messages());
    Home.Decision again = told.passed(due);
    assertEquals(List.of(AGENT, METER), topics(again));
    assertEquals(List.of(), again.home().passed(due + SECOND).messages());
  }

  @ParameterizedTest
  @CsvSource({"deadline, 250, 250, 0.9", "success, 99.5, 1000, 0.995", "deadline, 1e3, 1000, 0.9"})
  void setsOneNumberOfADeployment(String setting, String value, long deadline, double success)
      throws Exception {
    Home.Decision decision = leading.set("meter", setting, value);
    assertEquals("coterie/deployments/meter/spec", decision.messages().get(0).topic());
    DeploymentSpec spec = Json.read(decision.messages().get(0).payload(), DeploymentSpec.class);
    assertEquals(ExamplePlans.SPEC.withObjectives(deadline, success), spec);
  }

  @ParameterizedTest
  @CsvSource({"OFF, true", "ON, false"})
  void pausesADeployment(String value, boolean paused) throws Exception {
    Home.Retained message = leading.set("meter", "enabled", value).messages().get(0);
    DeploymentSpec spec = Json.read(message.payload(), DeploymentSpec.class);
    assertEquals(ExamplePlans.SPEC.withPaused(paused), spec);
  }

  @Test
  void losesNoSettingThatFollowsAnotherAtOnce() throws Exception {
    Home first = leading.set("meter", "deadline", "250").home();
    Home.Retained second = first.set("meter", "success", "50").messages().get(0);
    DeploymentSpec spec = Json.read(second.payload(), DeploymentSpec.class);
    assertEquals(ExamplePlans.SPEC.withObjectives(250, 0.5), spec);
  }

  @ParameterizedTest
  @CsvSource({
    "meter, deadline, 0, deadlineMs=0",
    "meter, deadline, 60001, deadlineMs=60001",
    "meter, deadline, 1.5, whole milliseconds",
    "meter, deadline, soon, must be a number: deadline=soon",
    "meter, deadline, NaN, must be a number",
    "meter, deadline, 1e99, deadlineMs=",
    "meter, success, 100, below 100",
    "meter, success, -1, below 100",
    "meter, threshold, 0.5, rocoin has no exits",
    "meter, enabled, off, must be ON or OFF: enabled=off",
    "meter, colour, 1, 'there are enabled, deadline, success, threshold'",
    "other, deadline, 1, nothing is deployed as other"
  })
  void refusesWhatCannotBeAndSaysWhy(String name, String setting, String value, String reason) {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> leading.set(name, setting, value));
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void setsNothingWhereAnotherHubLeads() {
    assertEquals(List.of(), following.set("meter", "deadline", "250").messages());
  }

  @Test
  void givesNoTwoDevicesTheSameIdentifier() {
    Topics coterie = new Topics("coterie");
    assertNotEquals(AgentDevice.id(coterie, "a.b").text(), AgentDevice.id(coterie, "a_b").text());
    assertNotEquals(AgentDevice.id(coterie, "a_p").text(), AgentDevice.id(coterie, "a.").text());
    assertNotEquals(
        AgentDevice.id(new Topics("a/b"), "c").text(),
        AgentDevice.id(new Topics("a_b"), "c").text());
    assertNotEquals(AgentDevice.id(coterie, "x").text(), DeploymentDevice.id(coterie, "x").text());
  }
}
