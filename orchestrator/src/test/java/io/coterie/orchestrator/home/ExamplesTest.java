package io.coterie.orchestrator.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.client.fleet.ExamplePlans;
import io.coterie.client.fleet.FleetView;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The packages for Home Assistant in {@code deploy/homeassistant}. */
final class ExamplesTest {
  private static final Topics TOPICS = new Topics("coterie");
  private static final String PERSON = "{\"label\":\"person\",\"confidence\":0.9}";
  private static final String NONE = "{\"status\":\"expired\"}";

  private static String text(String name) throws Exception {
    return Files.readString(Path.of("..", "deploy", "homeassistant", name));
  }

  private static Map<String, Object> load(String name) throws Exception {
    return new Yaml(new SafeConstructor(new LoaderOptions())).load(text(name));
  }

  @SuppressWarnings("unchecked")
  private static List<Map<String, Object>> list(Object at, String key) {
    return (List<Map<String, Object>>) ((Map<String, Object>) at).get(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"porch_light.yaml", "water_meter.yaml"})
  void listenToResults(String name) throws Exception {
    Matcher topics = Pattern.compile("topic: (\\S+)").matcher(text(name));
    int found = 0;
    while (topics.find()) {
      assertEquals(Topic.RESULT, TOPICS.parse(topics.group(1)).orElseThrow().topic());
      found++;
    }
    assertTrue(found > 0);
  }

  @Test
  void lightGoesOnForAPersonOnly() throws Exception {
    List<Map<String, Object>> automations = list(load("porch_light.yaml"), "automation");
    Map<String, Object> light = automations.get(0);
    Map<String, Object> trigger = list(light, "triggers").get(0);
    String template = (String) trigger.get("value_template");
    assertEquals(trigger.get("payload"), Templates.render(template, PERSON));
    assertEquals("None", Templates.render(template, NONE));
    String condition = (String) list(light, "conditions").get(0).get("value_template");
    for (double confidence : new double[] {0.69, 0.7}) {
      Map<String, Object> result = Map.of("payload_json", Map.of("confidence", confidence));
      String out = Templates.render(condition, Map.of("trigger", result));
      assertEquals(String.valueOf(confidence >= 0.7), out);
    }
  }

  @Test
  void problemIsAnAnnouncedEntity() throws Exception {
    List<Map<String, Object>> automations = list(load("porch_light.yaml"), "automation");
    Object entity = list(automations.get(1), "triggers").get(0).get("entity_id");
    FleetView porch = FleetView.NOTHING.withSpec("porch", Optional.of(ExamplePlans.SPEC));
    DiscoveryFormat format = new DiscoveryFormat();
    Home.connected(TOPICS, "hub")
        .with(porch)
        .led(Optional.of("hub"), 0)
        .passed(1)
        .messages()
        .forEach(message -> format.check(message.topic(), message.payload()));
    assertTrue(format.entityIds().contains(entity), format.entityIds().toString());
  }

  @Test
  void meterKeepsADigitThatWasNotReadAgain() throws Exception {
    List<Map<String, Object>> rolls = list(load("water_meter.yaml").get("mqtt"), "sensor");
    assertEquals(5, rolls.size());
    for (Map<String, Object> roll : rolls) {
      String template = (String) roll.get("value_template");
      assertEquals("7", digit(template, Map.of("label", "7", "confidence", 0.8)));
      assertEquals("3", digit(template, Map.of("label", "7", "confidence", 0.79)));
      assertEquals("3", digit(template, Map.of("status", "expired")));
    }
  }

  private static String digit(String template, Map<String, Object> result) {
    return Templates.render(template, Map.of("value_json", result, "this", Map.of("state", "3")));
  }
}
