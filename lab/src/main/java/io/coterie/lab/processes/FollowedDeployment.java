package io.coterie.lab.processes;

import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bus.MessageBus;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.topic.Topics;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/** How a run deploys a bundle on its fleet, and follows what becomes of it. */
public interface FollowedDeployment extends AutoCloseable {
  /** Follows the deployment of a name. */
  interface Opener {
    /**
     * Begins to follow.
     *
     * @param listener hears every report with its agent, on the bus's thread
     */
    FollowedDeployment open(
        MessageBus bus, Topics topics, String name, BiConsumer<String, Report> listener);
  }

  /** Publishes the bundle's deployable files and the spec to run it. */
  void deploy(Bundle bundle, DeploymentSpec spec);

  /** Publishes the spec to run a bundle that was published before. */
  void publishSpec(DeploymentSpec spec);

  /** The fuser's newest report on this deployment. */
  Optional<Report.FuserReport> fused();

  /** Waits for a plan that is wanted and that runs; nothing if there is none in time. */
  Optional<PlanMessage> await(Predicate<PlanMessage> wanted, long timeoutMs)
      throws InterruptedException;

  /** The newest plan, whether it runs or not. */
  Optional<PlanMessage> plan();

  @Override
  void close();
}
