package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Membership;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;

/** What happens to the orchestrator. */
public sealed interface Input {
  /**
   * The connection stands, subscriptions are sent.
   *
   * @param alone to a broker in this process that nobody else can have reached yet, in place of one
   *     that was lost, with the agents in its process
   */
  record Connected(boolean alone) implements Input {
    /** To a broker that others may be at. */
    public Connected() {
      this(false);
    }
  }

  /** The broker of this process is about to close, because the usual one is back. */
  record Leaving() implements Input {}

  /** The connection is gone. */
  record Disconnected() implements Input {}

  /** Time has passed. */
  record Tick() implements Input {}

  /** Something about an agent. */
  record AgentHeard(Membership.Input what) implements Input {}

  /** An agent's report. */
  record ReportHeard(String agent, Report report) implements Input {}

  /** A user wants this. */
  record SpecHeard(String deployment, DeploymentSpec spec) implements Input {}

  /** A user does not want this any more. */
  record SpecRemoved(String deployment) implements Input {}

  /** A bundle's manifest is at hand. */
  record ManifestReady(String digest, Manifest manifest) implements Input {}

  /** A bundle's manifest arrived and is no manifest. */
  record ManifestRefused(String digest, String reason) implements Input {}

  /** A retained plan, perhaps our own. */
  record PlanHeard(String deployment, PlanMessage plan) implements Input {}

  /** A retained assignment, perhaps our own. */
  record AssignmentHeard(String agent, Assignment assignment) implements Input {}

  /** An orchestrator's state, perhaps our own. */
  record OrchestratorHeard(OrchestratorState state) implements Input {}
}
