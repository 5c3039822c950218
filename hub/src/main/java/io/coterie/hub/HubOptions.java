package io.coterie.hub;

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
 * What a hub runs, and where.
 *
 * @param id of the hub, its agent and its orchestrator; each hub of a fleet needs its own
 * @param folder for deployments, models, state and secrets
 * @param trusted whose bundles are used
 * @param roles what it runs beside its broker and pages; a standby runs all
 * @param listening where its own broker and its pages listen; with a broker elsewhere that it uses
 *     for good, only the pages
 * @param upstream the broker elsewhere that it uses or stands by for; empty for its own broker
 *     alone
 * @param home whether its orchestrator announces the fleet to Home Assistant
 * @param mdns whether it tells other machines by mDNS where it is, if they can reach it
 */
public record HubOptions(
    Topics topics,
    String id,
    Path folder,
    TrustedKeys trusted,
    Set<HubOptions.Role> roles,
    ListenerOptions listening,
    Optional<UpstreamBroker> upstream,
    boolean home,
    boolean mdns) {
  /** Every role, as usual. */
  public static final Set<Role> ALL = Set.of(Role.ORCHESTRATOR, Role.AGENT);

  /** A part of a hub that can as well run elsewhere. */
  public enum Role {
    ORCHESTRATOR,
    AGENT
  }

  public HubOptions {
    Topics.checkName(id, "hub id");
    roles = Set.copyOf(roles);
    if (upstream.isPresent() && roles.isEmpty()) {
      throw new IllegalArgumentException("without a broker of its own a hub needs a role");
    }
    if (upstream.filter(UpstreamBroker::standby).isPresent() && !roles.equals(ALL)) {
      throw new IllegalArgumentException("a standby needs all roles: " + roles);
    }
  }

  /**
   * A hub for this machine only: all roles and an own broker on any free port of the loopback, no
   * pages, no announcements, everybody's bundles.
   *
   * @param folder for deployments, models and state; used by one hub at a time
   */
  public static HubOptions local(Path folder) {
    return new HubOptions(
        new Topics(Topics.DEFAULT_BASE),
        "hub",
        folder,
        TrustedKeys.ANYBODY,
        ALL,
        ListenerOptions.loopback(0),
        Optional.empty(),
        false,
        false);
  }

  /** The same with other listeners and pages. */
  public HubOptions withListening(ListenerOptions other) {
    return new HubOptions(topics, id, folder, trusted, roles, other, upstream, home, mdns);
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

  /** The client identifier of a part of the hub at a broker elsewhere. */
  String clientId(String part) {
    return "coterie-" + part + "-" + id;
  }
}
