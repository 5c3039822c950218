package io.coterie.orchestrator.home;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Home Assistant's format of device announcements over MQTT, as its documentation has it (MQTT
 * discovery, and the pages of the platforms; release 2025.10). Stricter than Home Assistant, which
 * drops what it does not know.
 */
final class DiscoveryFormat {
  private static final Set<String> AVAILABILITY = Set.of("availability", "availability_mode");

  private static final Set<String> ROOT =
      Set.of("device", "origin", "components", "state_topic", "command_topic", "qos", "encoding");

  private static final Set<String> DEVICE =
      Set.of(
          "identifiers",
          "connections",
          "name",
          "manufacturer",
          "model",
          "model_id",
          "hw_version",
          "sw_version",
          "serial_number",
          "suggested_area",
          "configuration_url",
          "via_device");

  private static final Set<String> ENTITY =
      Set.of(
          "platform",
          "unique_id",
          "default_entity_id",
          "name",
          "icon",
          "entity_category",
          "entity_picture",
          "enabled_by_default",
          "json_attributes_topic",
          "json_attributes_template",
          "qos",
          "encoding");

  private static final Map<String, Set<String>> KEYS =
      Map.of(
          "sensor",
          Set.of(
              "state_topic",
              "value_template",
              "device_class",
              "state_class",
              "unit_of_measurement",
              "suggested_display_precision",
              "options",
              "expire_after",
              "force_update",
              "last_reset_value_template"),
          "binary_sensor",
          Set.of(
              "state_topic",
              "value_template",
              "device_class",
              "payload_on",
              "payload_off",
              "expire_after",
              "force_update",
              "off_delay"),
          "number",
          Set.of(
              "command_topic",
              "command_template",
              "state_topic",
              "value_template",
              "device_class",
              "min",
              "max",
              "step",
              "mode",
              "unit_of_measurement",
              "optimistic",
              "retain",
              "payload_reset"),
          "button",
          Set.of("command_topic", "command_template", "device_class", "payload_press", "retain"),
          "switch",
          Set.of(
              "command_topic",
              "command_template",
              "state_topic",
              "value_template",
              "device_class",
              "payload_on",
              "payload_off",
              "state_on",
              "state_off",
              "optimistic",
              "retain"),
          "image",
          Set.of("image_topic", "url_topic", "url_template", "content_type", "image_encoding"));

  private static final Map<String, Set<String>> REQUIRED =
      Map.of(
          "sensor", Set.of("state_topic"),
          "binary_sensor", Set.of("state_topic"),
          "number", Set.of("command_topic"),
          "button", Set.of("command_topic"),
          "switch", Set.of("command_topic"),
          "image", Set.of("image_topic"));

  private static final Map<String, Set<String>> DEVICE_CLASSES =
      Map.of(
          "sensor", Set.of("duration", "enum", "temperature"),
          "binary_sensor", Set.of("problem", "connectivity"),
          "number", Set.of(),
          "button", Set.of("identify", "restart", "update"),
          "switch", Set.of("outlet", "switch"),
          "image", Set.of());

  private final Set<String> uniqueIds = new HashSet<>();
  private final Set<String> entityIds = new HashSet<>();

  /** Checks an announcement, also against those that were checked before. */
  JsonObject check(String topic, String json) {
    JsonObject root = JsonParser.parseString(json).getAsJsonObject();
    known("root", root, ROOT, AVAILABILITY);
    required("root", root, Set.of("device", "origin", "components"));
    availability(root);
    JsonObject device = root.getAsJsonObject("device");
    known("device", device, DEVICE, Set.of());
    JsonArray identifiers = device.getAsJsonArray("identifiers");
    assertTrue(identifiers.size() > 0, "a device needs an identifier");
    assertEquals(
        "homeassistant/device/" + identifiers.get(0).getAsString() + "/config", topic, "topic");
    JsonObject origin = root.getAsJsonObject("origin");
    known("origin", origin, Set.of("name", "sw_version", "support_url"), Set.of());
    required("origin", origin, Set.of("name"));
    root.getAsJsonObject("components").asMap().forEach((key, entity) -> entity(key, entity, root));
    return root;
  }

  /** Names of entities, of all announcements that were checked. */
  Set<String> entityIds() {
    return entityIds;
  }

  private void entity(String key, JsonElement element, JsonObject root) {
    assertTrue(key.matches("[A-Za-z0-9_-]+"), key);
    JsonObject entity = element.getAsJsonObject();
    required(key, entity, Set.of("platform", "unique_id"));
    String platform = entity.get("platform").getAsString();
    assertNotNull(KEYS.get(platform), "unknown platform " + platform);
    known(key, entity, union(ENTITY, KEYS.get(platform)), AVAILABILITY);
    required(key, entity, REQUIRED.get(platform));
    assertTrue(uniqueIds.add(entity.get("unique_id").getAsString()), "unique_id twice: " + entity);
    String id = entity.get("default_entity_id").getAsString();
    assertTrue(id.matches(platform + "[.][a-z0-9]+(_[a-z0-9]+)*"), id);
    assertTrue(entityIds.add(id), "default_entity_id twice: " + id);
    if (entity.has("device_class")) {
      String deviceClass = entity.get("device_class").getAsString();
      assertTrue(DEVICE_CLASSES.get(platform).contains(deviceClass), deviceClass);
    }
    assertTrue(entity.has("availability") || root.has("availability"), key);
    availability(entity);
    sensor(key, entity);
    number(key, entity);
  }

  private static void sensor(String key, JsonObject entity) {
    boolean choice = entity.has("options");
    boolean enumeration =
        entity.has("device_class") && entity.get("device_class").getAsString().equals("enum");
    assertEquals(choice, enumeration, key + ": options belong to the device class enum");
    assertTrue(!choice || !entity.has("unit_of_measurement"), key);
    assertTrue(!choice || !entity.has("state_class"), key);
    if (entity.has("entity_category")) {
      String category = entity.get("entity_category").getAsString();
      boolean sets = entity.has("command_topic");
      assertEquals(sets ? "config" : "diagnostic", category, key);
    }
  }

  private static void number(String key, JsonObject entity) {
    if (entity.has("min")) {
      assertTrue(entity.get("min").getAsDouble() < entity.get("max").getAsDouble(), key);
      assertTrue(entity.get("step").getAsDouble() >= 0.001, key);
      assertTrue(Set.of("auto", "box", "slider").contains(entity.get("mode").getAsString()), key);
    }
  }

  private static void availability(JsonObject at) {
    if (!at.has("availability")) {
      return;
    }
    assertEquals("all", at.get("availability_mode").getAsString());
    JsonArray topics = at.getAsJsonArray("availability");
    assertEquals(2, topics.size());
    for (JsonElement topic : topics) {
      Set<String> keys =
          Set.of("topic", "value_template", "payload_available", "payload_not_available");
      known("availability", topic.getAsJsonObject(), keys, Set.of());
      required("availability", topic.getAsJsonObject(), Set.of("topic"));
    }
  }

  private static void known(String where, JsonObject at, Set<String> keys, Set<String> more) {
    Set<String> unknown = new HashSet<>(at.keySet());
    unknown.removeAll(keys);
    unknown.removeAll(more);
    assertEquals(Set.of(), unknown, where + ": unknown keys");
  }

  private static void required(String where, JsonObject at, Set<String> keys) {
    Set<String> missing = new HashSet<>(keys);
    missing.removeAll(at.keySet());
    assertEquals(Set.of(), missing, where + ": missing keys");
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }
}
