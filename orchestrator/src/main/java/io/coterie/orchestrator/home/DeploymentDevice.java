package io.coterie.orchestrator.home;

import io.coterie.orchestrator.home.DeviceAnnouncement.Availability;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;

/** A deployment as a device: the last result of any source, the plan, and what may be set. */
final class DeploymentDevice {
  private static final String ANSWERABLE =
      "{{ 'online' if value_json is defined and value_json.fuser | default('') != '' else 'offline'"
          + " }}";

  private static final String WANTED = "{{ 'online' if value_json is defined else 'offline' }}";

  private final Topics topics;
  private final String name;
  private final DeploymentSpec spec;
  private final DeviceAnnouncement device;
  private final Availability wanted;

  private DeploymentDevice(Topics topics, String name, DeploymentSpec spec) {
    this.topics = topics;
    this.name = name;
    this.spec = spec;
    Availability answerable = availability(topics, Topic.DEPLOYMENT_PLAN, name, ANSWERABLE);
    wanted = availability(topics, Topic.DEPLOYMENT_SPEC, name, WANTED);
    device = new DeviceAnnouncement(id(topics, name), name, answerable).with("model", "Deployment");
  }

  private static Availability availability(
      Topics topics, Topic topic, String name, String template) {
    return new Availability(
        AgentDevice.hub(topics), new Availability.Topic(topics.of(topic, name), template));
  }

  static DeviceId id(Topics topics, String name) {
    return new DeviceId(topics, DeviceId.Kind.DEPLOYMENT, name);
  }

  /** The announcement; the same for specs of the same strategy and exit policy. */
  static String json(Topics topics, String name, DeploymentSpec spec) {
    DeploymentDevice deployment = new DeploymentDevice(topics, name, spec);
    deployment.results();
    deployment.plan();
    deployment.settings();
    return deployment.device.json();
  }

  /** Where there is no answer, the state is unknown, never an older answer or a negative one. */
  private void results() {
    String results = topics.filter(Topic.RESULT, name);
    device
        .add("sensor", "label", "Label")
        .state(results, "{{ value_json.label | default('None') }}")
        .with("json_attributes_topic", results);
    device
        .add("sensor", "confidence", "Confidence")
        .state(
            results,
            "{{ (value_json.confidence * 100) | round(1) if value_json.confidence is defined else"
                + " 'None' }}")
        .measured("%");
    device
        .add("sensor", "latency", "Latency")
        .state(results, "{{ value_json.latencyMs | round(1) }}")
        .with("device_class", "duration")
        .measured("ms");
    device
        .add("binary_sensor", "degraded", "Degraded")
        .state(results, "{{ 'OFF' if value_json.status == 'ok' else 'ON' }}")
        .with("device_class", "problem");
    device
        .add("image", "frame", "Last frame")
        .with("image_topic", topics.filter(Topic.INPUT, name))
        .with("content_type", "image/jpeg");
  }

  private void plan() {
    String plan = topics.of(Topic.DEPLOYMENT_PLAN, name);
    device
        .add("sensor", "success", "Success probability")
        .state(plan, "{{ (value_json.successProbability * 100) | round(2) }}")
        .measured("%")
        .diagnostic();
    device
        .add("binary_sensor", "incomplete", "Incomplete plan")
        .state(plan, "{{ 'OFF' if value_json.complete else 'ON' }}")
        .with("device_class", "problem")
        .with("json_attributes_topic", plan)
        .with(
            "json_attributes_template",
            "{{ {'reasons': value_json.reasons | map(attribute='text') | list} | tojson }}")
        .diagnostic()
        .available(wanted);
  }

  private void settings() {
    device
        .add("switch", "enabled", "Enabled")
        .state(
            topics.of(Topic.DEPLOYMENT_SPEC, name),
            "{{ 'OFF' if value_json.paused | default(false) else 'ON' }}")
        .with("command_topic", topics.of(Topic.DEPLOYMENT_SETTING, name, Setting.ENABLED.text()))
        .available(wanted);
    number(Setting.DEADLINE, "Deadline", "{{ value_json.deadlineMs }}", 1, 60_000, 1)
        .with("unit_of_measurement", "ms");
    number(
            Setting.SUCCESS,
            "Wanted success probability",
            "{{ (value_json.successProbability * 100) | round(2) }}",
            0,
            99.99,
            0.01)
        .with("unit_of_measurement", "%");
    if (spec.strategy() != Strategy.ROCOIN) {
      ExitPolicy policy = spec.exitRule().policy();
      number(
          Setting.THRESHOLD,
          "Exit threshold",
          "{{ value_json.exitRule.threshold | default('None') }}",
          0,
          policy.largestThreshold(),
          0.001);
    }
  }

  private DeviceAnnouncement.Entity number(
      Setting setting, String title, String template, double min, double max, double step) {
    return device
        .add("number", "set_" + setting.text(), title)
        .state(topics.of(Topic.DEPLOYMENT_SPEC, name), template)
        .with("command_topic", topics.of(Topic.DEPLOYMENT_SETTING, name, setting.text()))
        .with("min", min)
        .with("max", max)
        .with("step", step)
        .with("mode", "box")
        .with("entity_category", "config")
        .available(wanted);
  }
}
