package io.coterie.orchestrator.home;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.orchestrator.home.DeviceAnnouncement.Availability;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentRequest;
import io.coterie.protocol.message.AgentRequest.Action;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Optional;

/** An agent as a device: whether it takes part, what it does, and how fast. */
final class AgentDevice {
  private static final String HUB =
      "{{ 'online' if value_json is defined and value_json.state == 'online' else 'offline' }}";

  private static final String TAKES_PART =
      "value_json is defined and value_json.state in ['online', 'draining']";

  private static final List<String> ROLES =
      List.of("idle", "student", "fuser", "student and fuser", "segments");

  private static final String ROLE =
      "{% set students = value_json.models | default([]) | length > 0 %}"
          + "{% set fusers = value_json.fusers | default([]) | length > 0 %}"
          + "{% if value_json.pipelines | default([]) | length > 0 %}segments"
          + "{% elif students and fusers %}student and fuser"
          + "{% elif students %}student{% elif fusers %}fuser{% else %}idle{% endif %}";

  /** Of its students the slowest. */
  private static final String INFERENCE =
      "{% set times = value_json.models | default([]) | map(attribute='latencyMs') | sort %}"
          + "{{ times | last | round(2) if times | length > 0 else 'None' }}";

  private static final String TEMPERATURE =
      "{{ value_json.board.temperatureCelsius | round(1) if value_json.board is defined and"
          + " value_json.board.temperatureCelsius is defined else 'None' }}";

  private AgentDevice() {}

  static DeviceId id(Topics topics, String agent) {
    return new DeviceId(topics, DeviceId.Kind.AGENT, agent);
  }

  /** Whether there is an orchestrator. */
  static Availability.Topic hub(Topics topics) {
    return new Availability.Topic(topics.of(Topic.ORCHESTRATOR_STATE), HUB);
  }

  /**
   * What an announcement says of an agent.
   *
   * @param hardware what the board is; empty as long as it is not known
   * @param software version of the agent; empty as long as it is not known
   * @param temperature whether the board ever told its temperature
   */
  record Facts(Optional<String> hardware, Optional<String> software, boolean temperature) {
    /**
     * Of an agent.
     *
     * @param last its last report, if there was one
     * @param before what the announcement said so far, if there was one
     */
    static Facts of(Member member, Optional<Report> last, Optional<Facts> before) {
      boolean tells =
          last.map(Report::board).map(board -> board.temperatureCelsius() != null).orElse(false);
      return new Facts(
          member.capability().map(Capability::hardware),
          member.capability().map(Capability::software),
          tells || before.map(Facts::temperature).orElse(false));
    }
  }

  /**
   * The announcement; the same until the agent says that it is another board, or begins or ceases
   * to tell its temperature.
   */
  static String json(Topics topics, String agent, Facts facts) {
    String state = topics.of(Topic.AGENT_STATE, agent);
    String report = topics.of(Topic.AGENT_REPORT, agent);
    Availability present =
        new Availability(hub(topics), new Availability.Topic(state, choice("online", "offline")));
    // Says itself whether the agent is there.
    Availability told =
        new Availability(
            hub(topics),
            new Availability.Topic(
                state, "{{ 'online' if value_json is defined else 'offline' }}"));
    DeviceAnnouncement device = new DeviceAnnouncement(id(topics, agent), agent, present);
    facts.hardware().ifPresent(hardware -> device.with("model", hardware));
    facts.software().ifPresent(software -> device.with("sw_version", software));
    device
        .add("binary_sensor", "connected", "Connected")
        .state(state, choice("ON", "OFF"))
        .with("device_class", "connectivity")
        .diagnostic()
        .available(told);
    device
        .add("sensor", "role", "Role")
        .state(report, ROLE)
        .with("device_class", "enum")
        .with("options", ROLES)
        .diagnostic();
    device
        .add("sensor", "inference", "Inference time")
        .state(report, INFERENCE)
        .with("device_class", "duration")
        .measured("ms")
        .diagnostic();
    if (facts.temperature()) {
      temperature(device, report);
    }
    requests(device, state, topics.of(Topic.AGENT_REQUEST, agent));
    return device.json();
  }

  private static void temperature(DeviceAnnouncement device, String report) {
    device
        .add("sensor", "temperature", "Temperature")
        .state(report, TEMPERATURE)
        .with("device_class", "temperature")
        .measured("°C")
        .diagnostic();
  }

  /** What a board may be asked for. */
  private static void requests(DeviceAnnouncement device, String state, String request) {
    device
        .add("button", "identify", "Identify")
        .with("command_topic", request)
        .with("payload_press", Json.write(new AgentRequest(Action.IDENTIFY)))
        .with("device_class", "identify")
        .with("entity_category", "config");
    device
        .add("switch", "drain", "Drain")
        .state(state, "{{ 'ON' if value_json.state == 'draining' else 'OFF' }}")
        .with("state_on", "ON")
        .with("state_off", "OFF")
        .with("command_topic", request)
        .with("payload_on", Json.write(new AgentRequest(Action.DRAIN)))
        .with("payload_off", Json.write(new AgentRequest(Action.RESUME)))
        .with("entity_category", "config");
  }

  private static String choice(String yes, String no) {
    return "{{ '" + yes + "' if " + TAKES_PART + " else '" + no + "' }}";
  }
}
