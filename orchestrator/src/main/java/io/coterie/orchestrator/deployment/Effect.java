package io.coterie.orchestrator.deployment;

import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;

/** What the orchestrator's shell is to do. Everything published is retained. */
public sealed interface Effect {
  /** Tell what an agent is to do. */
  record PublishAssignment(String agent, Assignment assignment) implements Effect {}

  /** Tell what runs and why. */
  record PublishPlan(String deployment, PlanMessage plan) implements Effect {}

  /** Clear the plan of a deployment that is not wanted any more. */
  record ClearPlan(String deployment) implements Effect {}

  /** Clear what the source of a pipeline admits: nobody runs it any more. */
  record ClearAdmitted(String deployment) implements Effect {}

  /** Tell who orchestrates. */
  record PublishState(OrchestratorState state) implements Effect {}

  /** Tell again what a user wanted, to a broker that has forgotten. */
  record PublishSpec(String deployment, DeploymentSpec spec) implements Effect {}

  /** End a deployment for a user who said so elsewhere. */
  record RemoveSpec(String deployment) implements Effect {}

  /** Publish again the bundle's manifest and models, as far as they are at hand. */
  record PublishBundle(String digest) implements Effect {}

  /** Get the bundle's manifest, answer with {@link Input.ManifestReady}; then keep its models. */
  record FetchBundle(String digest) implements Effect {}

  /** Log a transition. */
  record Log(String line) implements Effect {}
}
