package io.coterie.orchestrator.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.coterie.client.fleet.ExamplePlans;
import io.coterie.client.fleet.FleetView;
import io.coterie.client.fleet.Membership;
import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentRequest;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is announced is what Home Assistant documents, and makes sense of what is published. */
final class DiscoveryFormatTest {
  private static final Topics TOPICS = new Topics("home/coterie");

  private static final DeploymentSpec EARLY =
      ExamplePlans.SPEC.withStrategy(
          Strategy.DISTREE, new ExitRule(ExitPolicy.COSINE, 0.25, 0.005, null, null));

  private static final String STUDENT =
      """
      {"incarnation":5,"models":[
        {"bundle":"b","k":2,"partition":0,"student":"s","latencyMs":3.256,"frames":1,"totalMs":3},
        {"bundle":"b","k":2,"partition":1,"student":"s","latencyMs":1.5,"frames":1,"totalMs":3}],
       "fusers":["meter"],"board":{"temperatureCelsius":48.312,"throttled":["hot"]}}
      """;

  private static final String SEGMENTS =
      """
      {"incarnation":5,"pipelines":[{"deployment":"d","bundle":"b","pipeline":"p"}]}
      """;

  private static final String OK =
      """
      {"frame":"f","source":"s","status":"ok","label":"cat \\"{{ 7 * 7 }}\\"","index":1,
       "confidence":0.9349,"portions":{"have":2,"of":2},"exit":1,"epoch":8,"latencyMs":12.53}
      """;

  /** What may be on each topic, as it is written by who writes it, or forgotten. */
  private static final Map<Topic, List<String>> PAYLOADS =
      Map.of(
          Topic.ORCHESTRATOR_STATE,
          List.of(
              Json.write(new OrchestratorState(Availability.ONLINE, 1, "hub")),
              Json.write(new OrchestratorState(Availability.OFFLINE, 1, "hub")),
              ""),
          Topic.AGENT_STATE,
          List.of(
              Json.write(new AgentState(Availability.ONLINE, 1)),
              Json.write(new AgentState(Availability.DRAINING, 1)),
              Json.write(new AgentState(Availability.STOPPED, 1)),
              Json.write(new AgentState(Availability.OFFLINE, 1)),
              ""),
          Topic.AGENT_REPORT,
          List.of(rewritten(STUDENT), rewritten(SEGMENTS), rewritten("{\"incarnation\":5}")),
          Topic.DEPLOYMENT_SPEC,
          List.of(Json.write(ExamplePlans.SPEC), Json.write(EARLY), ""),
          Topic.DEPLOYMENT_PLAN,
          List.of(
              Json.write(ExamplePlans.plan(7, true, "hub", "a")),
              Json.write(ExamplePlans.plan(8, false, "", "a")),
              ""),
          Topic.RESULT,
          List.of(
              OK,
              Json.write(
                  Result.without(
                      Outcome.EXPIRED,
                      new FrameKey("s", "f"),
                      new Result.Portions(0, 2),
                      1,
                      500,
                      "late"))));

  private static String rewritten(String report) {
    return Json.write(report(report));
  }

  private static Report report(String json) {
    try {
      return Json.read(json, Report.class);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static FleetView agent(FleetView fleet, String name) {
    return fleet
        .with(name, new Membership.StateHeard(name, new AgentState(Availability.ONLINE, 5)), 0)
        .with(name, new Membership.CapabilityHeard(name, Fixtures.capability(5)), 0);
  }

  private static Map<String, String> announced() {
    FleetView fleet =
        agent(agent(agent(FleetView.NOTHING, "a"), "Kitchen_2.board-1"), "hub")
            .with("a", report(STUDENT), 0)
            .with("hub", report(SEGMENTS), 0);
    FleetView deployed =
        fleet
            .withSpec("meter", Optional.of(ExamplePlans.SPEC))
            .withSpec("early", Optional.of(EARLY))
            .withSpec("..", Optional.of(ExamplePlans.SPEC));
    Home home = Home.connected(TOPICS, "hub").with(deployed).led(Optional.of("hub"), 0);
    return home.passed(1).messages().stream()
        .collect(Collectors.toMap(Home.Retained::topic, Home.Retained::payload));
  }

  private static JsonObject component(String device, String key) {
    String json = announced().get("homeassistant/device/home_scoterie_" + device + "/config");
    JsonObject components =
        JsonParser.parseString(json).getAsJsonObject().getAsJsonObject("components");
    return components.getAsJsonObject(key);
  }

  private static String state(String device, String key, String payload) {
    return Templates.render(component(device, key).get("value_template").getAsString(), payload);
  }

  @Test
  void keepsToTheDocumentedFormat() {
    DiscoveryFormat format = new DiscoveryFormat();
    Map<String, String> announced = announced();
    assertEquals(6, announced.size());
    announced.forEach(format::check);
    assertTrue(format.entityIds().contains("sensor.home_coterie_meter_label"));
    assertTrue(
        format.entityIds().contains("binary_sensor.home_coterie_kitchen_2_board_1_connected"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"device\":{\"identifiers\":[\"x\"]},\"components\":{}}",
        "{\"device\":{\"identifiers\":[\"x\"]},\"origin\":{},\"components\":{}}",
        "{\"device\":{\"identifiers\":[\"x\"]},\"origin\":{\"name\":\"o\"},\"components\":{},"
            + "\"extra\":1}",
        "{\"device\":{\"identifiers\":[\"x\"]},\"origin\":{\"name\":\"o\"},\"components\":"
            + "{\"c\":{\"platform\":\"sensor\",\"unique_id\":\"u\"}}}"
      })
  void wouldNoticeWhatIsWrong(String json) {
    String topic = "homeassistant/device/x/config";
    assertThrows(AssertionError.class, () -> new DiscoveryFormat().check(topic, json));
  }

  @Test
  void listensWhereSomethingIsPublishedAndSetsWhatIsASetting() {
    announced()
        .values()
        .forEach(
            json -> {
              assertTopic(
                  json, "\"(?:state|topic|json_attributes|image)(?:_topic)?\":\"([^\"]*/[^\"]*)\"");
              assertTopic(json, "\"command_topic\":\"([^\"]*)\"");
            });
    assertEquals(
        "home/coterie/deployments/meter/set/deadline",
        component("deployment-meter", "set_deadline").get("command_topic").getAsString());
  }

  private static void assertTopic(String json, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(json);
    while (found.find()) {
      String topic = found.group(1).replace("+", "any");
      assertTrue(TOPICS.parse(topic).isPresent(), topic);
    }
  }

  @Test
  void rendersEveryTemplateOfEveryRealPayload() {
    int rendered = 0;
    for (String json : announced().values()) {
      JsonObject root = JsonParser.parseString(json).getAsJsonObject();
      rendered += renderAvailability(root);
      for (JsonElement component : root.getAsJsonObject("components").asMap().values()) {
        rendered += renderAvailability(component.getAsJsonObject());
        rendered += renderStates(component.getAsJsonObject());
      }
    }
    assertTrue(rendered > 100, "rendered " + rendered);
  }

  private static int renderAvailability(JsonObject at) {
    int rendered = 0;
    if (at.has("availability")) {
      for (JsonElement topic : at.getAsJsonArray("availability")) {
        JsonObject one = topic.getAsJsonObject();
        String template = one.get("value_template").getAsString();
        for (String payload : payloads(one.get("topic").getAsString())) {
          String out = Templates.render(template, payload);
          assertTrue(out.equals("online") || out.equals("offline"), out);
          rendered++;
        }
      }
    }
    return rendered;
  }

  private static int renderStates(JsonObject entity) {
    int rendered = 0;
    if (entity.has("value_template")) {
      for (String payload : payloads(entity.get("state_topic").getAsString())) {
        if (!payload.isEmpty()) {
          String out = Templates.render(entity.get("value_template").getAsString(), payload);
          assertState(entity, out);
          rendered++;
        }
      }
    }
    return rendered;
  }

  private static void assertState(JsonObject entity, String state) {
    if (entity.has("options")) {
      assertTrue(entity.get("options").toString().contains("\"" + state + "\""), state);
    } else if (entity.has("unit_of_measurement") || entity.has("min")) {
      assertTrue(state.equals("None") || Double.isFinite(Double.parseDouble(state)), state);
    } else if (Set.of("binary_sensor", "switch").contains(entity.get("platform").getAsString())) {
      assertTrue(state.equals("ON") || state.equals("OFF"), state);
    } else {
      assertTrue(!state.isEmpty() && !state.contains("{%"), state);
    }
  }

  private static List<String> payloads(String topic) {
    return PAYLOADS.get(TOPICS.parse(topic.replace("+", "any")).orElseThrow().topic());
  }

  @ParameterizedTest
  @CsvSource({
    "label, 'cat \"{{ 7 * 7 }}\"', None",
    "confidence, 93.5, None",
    "latency, 12.5, 500.0",
    "degraded, OFF, ON"
  })
  void tellsAnswersFromFramesWithoutOne(String key, String answered, String expired) {
    List<String> results = PAYLOADS.get(Topic.RESULT);
    assertEquals(answered, state("deployment-meter", key, results.get(0)));
    assertEquals(expired, state("deployment-meter", key, results.get(1)));
  }

  @Test
  void tellsWhatABoardDoes() {
    List<String> reports = PAYLOADS.get(Topic.AGENT_REPORT);
    assertEquals("student and fuser", state("agent-a", "role", reports.get(0)));
    assertEquals("segments", state("agent-a", "role", reports.get(1)));
    assertEquals("idle", state("agent-a", "role", reports.get(2)));
    assertEquals("3.26", state("agent-a", "inference", reports.get(0)));
    assertEquals("None", state("agent-a", "inference", reports.get(2)));
  }

  @Test
  void tellsTheTemperatureOfBoardsThatTellIt() {
    List<String> reports = PAYLOADS.get(Topic.AGENT_REPORT);
    assertEquals("48.3", state("agent-a", "temperature", reports.get(0)));
    assertEquals("None", state("agent-a", "temperature", reports.get(1)));
    assertNull(component("agent-hub", "temperature"));
    assertNull(component("agent-Kitchen_u2_pboard-1", "temperature"));
  }

  @Test
  void asksBoardsForWhatTheyUnderstand() throws Exception {
    JsonObject identify = component("agent-a", "identify");
    JsonObject drain = component("agent-a", "drain");
    assertEquals("home/coterie/agents/a/request", identify.get("command_topic").getAsString());
    assertEquals(AgentRequest.Action.IDENTIFY, asked(identify, "payload_press"));
    assertEquals(AgentRequest.Action.DRAIN, asked(drain, "payload_on"));
    assertEquals(AgentRequest.Action.RESUME, asked(drain, "payload_off"));
    List<String> states = PAYLOADS.get(Topic.AGENT_STATE);
    assertEquals("OFF", state("agent-a", "drain", states.get(0)));
    assertEquals("ON", state("agent-a", "drain", states.get(1)));
  }

  private static AgentRequest.Action asked(JsonObject entity, String key) throws Exception {
    return Json.read(entity.get(key).getAsString(), AgentRequest.class).action();
  }

  @Test
  void offersAThresholdOnlyWhereThereAreExits() {
    assertEquals(null, component("deployment-meter", "set_threshold"));
    JsonObject threshold = component("deployment-early", "set_threshold");
    assertEquals(2, threshold.get("max").getAsDouble());
    assertEquals("0.25", state("deployment-early", "set_threshold", Json.write(EARLY)));
    DeploymentSpec budget = EARLY.withStrategy(Strategy.DISTREE, ExitRule.standard());
    assertEquals("None", state("deployment-early", "set_threshold", Json.write(budget)));
  }
}
