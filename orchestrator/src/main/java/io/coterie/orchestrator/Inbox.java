package io.coterie.orchestrator;

import io.coterie.client.fleet.Membership;
import io.coterie.orchestrator.deployment.Input;
import io.coterie.protocol.bus.Message;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topic;
import io.coterie.protocol.topic.Topics;
import io.coterie.protocol.topic.Topics.Parsed;
import java.util.List;
import java.util.Optional;

/** Translates messages on control topics into inputs of the core. */
final class Inbox {
  /** Every topic the orchestrator listens to, apart from single models. */
  static final List<Topic> TOPICS =
      List.of(
          Topic.ORCHESTRATOR_STATE,
          Topic.DEPLOYMENT_SPEC,
          Topic.DEPLOYMENT_PLAN,
          Topic.AGENT_ASSIGNMENT,
          Topic.AGENT_CAPABILITY,
          Topic.AGENT_STATE,
          Topic.AGENT_REPORT);

  private Inbox() {}

  /**
   * Reads a message.
   *
   * @return nothing where the message means nothing, such as a cleared plan
   * @throws JsonException if the payload is not what belongs on its topic
   */
  static Optional<Input> read(Topics topics, Message message) throws JsonException {
    Optional<Parsed> parsed = topics.parse(message.topic());
    if (parsed.isEmpty()) {
      throw new JsonException("no topic of ours");
    }
    return message.payload().length == 0
        ? cleared(parsed.get())
        : Optional.of(filled(parsed.get(), message));
  }

  private static Optional<Input> cleared(Parsed topic) {
    Input input =
        switch (topic.topic()) {
          case AGENT_STATE -> new Input.AgentHeard(new Membership.StateCleared(topic.name()));
          case AGENT_CAPABILITY ->
              new Input.AgentHeard(new Membership.CapabilityCleared(topic.name()));
          case DEPLOYMENT_SPEC -> new Input.SpecRemoved(topic.name());
          case AGENT_ASSIGNMENT,
              AGENT_REPORT,
              AGENT_INBOX,
              AGENT_LOAD,
              AGENT_REQUEST,
              DEPLOYMENT_PLAN,
              DEPLOYMENT_SETTING,
              ORCHESTRATOR_STATE,
              INPUT,
              PORTION,
              CONTROL,
              RESULT,
              MODEL ->
              null;
        };
    return Optional.ofNullable(input);
  }

  private static Input filled(Parsed topic, Message message) throws JsonException {
    byte[] payload = message.payload();
    return switch (topic.topic()) {
      case AGENT_STATE ->
          new Input.AgentHeard(
              new Membership.StateHeard(topic.name(), Json.read(payload, AgentState.class)));
      case AGENT_CAPABILITY ->
          new Input.AgentHeard(
              new Membership.CapabilityHeard(topic.name(), Json.read(payload, Capability.class)));
      case AGENT_ASSIGNMENT ->
          new Input.AssignmentHeard(topic.name(), Json.read(payload, Assignment.class));
      case AGENT_REPORT -> new Input.ReportHeard(topic.name(), Json.read(payload, Report.class));
      case DEPLOYMENT_SPEC ->
          new Input.SpecHeard(topic.name(), Json.read(payload, DeploymentSpec.class));
      case DEPLOYMENT_PLAN ->
          new Input.PlanHeard(topic.name(), Json.read(payload, PlanMessage.class));
      case ORCHESTRATOR_STATE ->
          new Input.OrchestratorHeard(Json.read(payload, OrchestratorState.class));
      case AGENT_INBOX,
          AGENT_LOAD,
          AGENT_REQUEST,
          DEPLOYMENT_SETTING,
          INPUT,
          PORTION,
          CONTROL,
          RESULT,
          MODEL ->
          throw new JsonException("not for the orchestrator");
    };
  }
}
