package io.coterie.orchestrator;

import io.coterie.protocol.bundle.TrustedKeys;
import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How an orchestrator runs.
 *
 * @param id its name, the same after every restart, and that of the agent in its process
 * @param stateFolder where deployments and bundles outlive a restart; empty to keep them in memory
 * @param trusted whose bundles are deployed
 */
public record OrchestratorOptions(
    Topics topics, String id, Optional<Path> stateFolder, TrustedKeys trusted) {
  public OrchestratorOptions {
    Check.present(topics, "topics");
    Topics.checkName(id, "id");
    Check.present(stateFolder, "stateFolder");
    Check.present(trusted, "trusted");
  }

  /** An orchestrator that deploys everybody's bundles. */
  public OrchestratorOptions(Topics topics, String id, Optional<Path> stateFolder) {
    this(topics, id, stateFolder, TrustedKeys.ANYBODY);
  }
}
