package io.coterie.agent;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.topic.Topic;

/** The retained messages by which the fleet knows an agent. */
final class AgentAnnouncement {
  private final AgentOptions options;
  private final double flopsPerSecond;

  /** For a board that was measured to compute so many floating-point operations per second. */
  AgentAnnouncement(AgentOptions options, double flopsPerSecond) {
    this.options = options;
    this.flopsPerSecond = flopsPerSecond;
  }

  /** Whether the agent is there; also its will. */
  Message state(Availability availability, long incarnation) {
    return retained(Topic.AGENT_STATE, new AgentState(availability, incarnation));
  }

  /** What the board can do, and the highest term and epoch it has seen. */
  Message capability(long incarnation, long term, long epoch) {
    return retained(
        Topic.AGENT_CAPABILITY,
        new Capability(
            incarnation,
            Version.current(),
            Hardware.name(),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            options.memoryBytes(),
            flopsPerSecond,
            options.uplinkBitsPerSecond(),
            options.failureProbability(),
            options.hub(),
            term,
            epoch));
  }

  private Message retained(Topic topic, Object value) {
    return Message.to(options.topics().of(topic, options.id()))
        .payload(Json.bytes(value))
        .qos(1)
        .retained(true)
        .build();
  }
}
