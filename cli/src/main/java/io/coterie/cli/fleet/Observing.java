package io.coterie.cli.fleet;

import io.coterie.orchestrator.membership.Membership;
import io.coterie.orchestrator.observation.Observed;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import java.util.List;
import java.util.Optional;

/** What messages tell of boards and deployments. */
public final class Observing {
  /** The topics that tell. */
  public static final List<Topic> TOPICS =
      List.of(
          Topic.AGENT_STATE,
          Topic.AGENT_CAPABILITY,
          Topic.AGENT_REPORT,
          Topic.DEPLOYMENT_SPEC,
          Topic.DEPLOYMENT_PLAN);

  private Observing() {}

  /**
   * What is known after a message on one of {@link #TOPICS}; the same after one on another topic.
   *
   * @throws JsonException for one that cannot be read
   */
  public static Observed after(Observed before, Topics.Parsed topic, Message message, long nowNs)
      throws JsonException {
    if (!TOPICS.contains(topic.topic())) {
      return before;
    }
    String name = topic.name();
    byte[] payload = message.payload();
    return switch (topic.topic()) {
      case AGENT_STATE -> before.with(name, state(name, payload), nowNs);
      case AGENT_CAPABILITY -> before.with(name, capability(name, payload), nowNs);
      case AGENT_REPORT -> before.with(name, Json.read(payload, Report.class), nowNs);
      case DEPLOYMENT_SPEC -> before.withSpec(name, read(payload, DeploymentSpec.class));
      case DEPLOYMENT_PLAN -> before.withPlan(name, read(payload, PlanMessage.class));
      case AGENT_ASSIGNMENT,
          AGENT_INBOX,
          AGENT_LOAD,
          AGENT_REQUEST,
          DEPLOYMENT_SETTING,
          INPUT,
          PORTION,
          CONTROL,
          RESULT,
          MODEL,
          ORCHESTRATOR_STATE ->
          before;
    };
  }

  private static Membership.Input state(String agent, byte[] payload) throws JsonException {
    return payload.length == 0
        ? new Membership.StateCleared(agent)
        : new Membership.StateHeard(agent, Json.read(payload, AgentState.class));
  }

  private static Membership.Input capability(String agent, byte[] payload) throws JsonException {
    return payload.length == 0
        ? new Membership.CapabilityCleared(agent)
        : new Membership.CapabilityHeard(agent, Json.read(payload, Capability.class));
  }

  private static <T> Optional<T> read(byte[] payload, Class<T> type) throws JsonException {
    return payload.length == 0 ? Optional.empty() : Optional.of(Json.read(payload, type));
  }
}
