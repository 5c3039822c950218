package io.coterie.orchestrator.home;

import io.coterie.protocol.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects the announcement of one device, with the keys of Home Assistant's MQTT discovery.
 *
 * <p>Not thread-safe.
 */
final class DeviceAnnouncement {
  private final DeviceId id;
  private final Map<String, Object> about = new LinkedHashMap<>();
  private final Map<String, Object> components = new LinkedHashMap<>();
  private final Availability availability;

  /**
   * Begins with no entity.
   *
   * @param availability of entities that say nothing else
   */
  DeviceAnnouncement(DeviceId id, String name, Availability availability) {
    this.id = id;
    this.availability = availability;
    about.put("identifiers", List.of(id.text()));
    about.put("name", name);
    about.put("manufacturer", "Coterie");
  }

  /** Two topics that both have to say that an entity can be relied on. */
  record Availability(Topic first, Topic second) {
    /** A topic, and a template that makes {@code online} or {@code offline} of what is there. */
    record Topic(String topic, String template) {
      private Map<String, Object> json() {
        return Map.of("topic", topic, "value_template", template);
      }
    }

    private void addTo(Map<String, Object> options) {
      options.put("availability", List.of(first.json(), second.json()));
      options.put("availability_mode", "all");
    }
  }

  /** Says something about the device itself. */
  DeviceAnnouncement with(String key, String value) {
    about.put(key, value);
    return this;
  }

  /** Adds an entity. */
  Entity add(String platform, String key, String name) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("platform", platform);
    options.put("unique_id", id.unique(key));
    options.put("default_entity_id", id.entity(platform, key));
    options.put("name", name);
    components.put(key, options);
    return new Entity(options);
  }

  /** One entity's options. */
  record Entity(Map<String, Object> options) {
    Entity with(String key, Object value) {
      options.put(key, value);
      return this;
    }

    /** Where its state comes from, and a template that takes it out. */
    Entity state(String topic, String template) {
      return with("state_topic", topic).with("value_template", template);
    }

    /** Besides, a number over time. */
    Entity measured(String unit) {
      return with("unit_of_measurement", unit).with("state_class", "measurement");
    }

    /** What only concerns who looks after the fleet. */
    Entity diagnostic() {
      return with("entity_category", "diagnostic");
    }

    Entity available(Availability other) {
      other.addTo(options);
      return this;
    }
  }

  /** The announcement as one line of JSON. */
  String json() {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("device", about);
    all.put("origin", Map.of("name", "Coterie"));
    availability.addTo(all);
    all.put("qos", 1);
    all.put("components", components);
    return Json.write(all);
  }
}
