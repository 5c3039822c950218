package io.coterie.agent;

import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.topic.Topic;

/**
 * Builds the retained messages that announce an agent to the fleet: its state and its capability.
 */
final class AgentAnnouncement {
  private final AgentOptions options;
  private final double flopsPerSecond;

  /** Creates the announcements of a board with this measured compute rate. */
  AgentAnnouncement(AgentOptions options, double flopsPerSecond) {
    this.options = options;
    this.flopsPerSecond = flopsPerSecond;
  }

  /** The agent's state. Its will is such a message too. */
  Message state(Availability availability, long incarnation) {
    return retained(Topic.AGENT_STATE, new AgentState(availability, incarnation));
  }

  /** The board's capability, with the highest term and epoch that the agent has seen. */
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
