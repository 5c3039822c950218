package io.coterie.cli.hub;

import io.coterie.agent.AgentOptions;
import io.coterie.agent.Hardware;
import io.coterie.agent.board.BoardSettings;
import io.coterie.orchestrator.OrchestratorOptions;
import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * What a hub runs beside its broker.
 *
 * @param id of the hub, its agent and its orchestrator
 * @param folder for deployments, models and state
 * @param roles what it runs
 */
record HubOptions(
    Topics topics, String id, Path folder, TrustedKeys trusted, Set<HubOptions.Role> roles) {
  /** Every role, as usual. */
  static final Set<Role> ALL = Set.of(Role.ORCHESTRATOR, Role.AGENT);

  /** A part of a hub that can as well run elsewhere. */
  enum Role {
    ORCHESTRATOR,
    AGENT
  }

  HubOptions {
    roles = Set.copyOf(roles);
  }

  AgentOptions agent() {
    return new AgentOptions(
        id,
        topics.base(),
        folder,
        1,
        1,
        Hardware.offeredMemoryBytes(),
        AgentOptions.UPLINK_BITS_PER_SECOND,
        0,
        true,
        trusted,
        BoardSettings.NONE);
  }

  OrchestratorOptions orchestrator() {
    return new OrchestratorOptions(topics, id, Optional.of(folder), trusted);
  }

  /** The orchestrator's client identifier. */
  String orchestratorClientId() {
    return "coterie-orchestrator-" + id;
  }
}
