package io.coterie.cli;

import io.coterie.planner.preview.ExitPreview;
import io.coterie.protocol.bundle.Bundle;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PortionEncoding;
import java.util.OptionalInt;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a deployment is to reach. */
public final class TargetOption {
  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "longest time from frame to answer (default: ${DEFAULT-VALUE})")
  private DurationArgument deadline;

  @Option(
      names = "--success",
      paramLabel = "P",
      defaultValue = "0.99",
      description = "probability that every group must reach (default: ${DEFAULT-VALUE})")
  private double success;

  @Option(
      names = "--goal",
      paramLabel = "GOAL",
      defaultValue = "accuracy",
      description =
          "what the best plan is, of those that keep deadline and success: accuracy, "
              + "latency, or replicas (highest success with --replicas students in all) "
              + "(default: ${DEFAULT-VALUE})")
  private DeploymentSpec.Goal goal;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "with the goal replicas: how many students all boards together may host")
  private Integer replicas;

  @Option(
      names = "--portions",
      paramLabel = "ENCODING",
      defaultValue = "float32",
      description =
          "how portions travel: float32, or int8 for a quarter of the bytes (default: "
              + "${DEFAULT-VALUE})")
  private PortionEncoding portions;

  @Option(
      names = "--hedge",
      paramLabel = "TIME",
      defaultValue = "300ms",
      description =
          "how long the standby waits for the fuser's answer before it answers itself, 20ms to"
              + " 60s or 0ms; not for mdi-exit (default: ${DEFAULT-VALUE})")
  private DurationArgument hedge;

  @Mixin private ExitOption exits;

  /**
   * Checks the options by themselves, before there is a bundle.
   *
   * @throws CommandException if options do not fit together or one is out of its range
   */
  public void check() {
    DeploymentSpec unused = spec(Digest.of(new byte[0]));
  }

  /** The number of boards that --topology names, such as 3 in mesh3. */
  public OptionalInt boards() {
    return exits.boards();
  }

  /**
   * Refuses a topology with a number of boards: the fleet is what it is.
   *
   * @throws CommandException if it has one
   */
  public void checkFleetDecides() {
    if (boards().isPresent()) {
      throw new CommandException(
          "--topology: the number of boards is for the demo only: write mesh or ring");
    }
  }

  /**
   * The spec to run a bundle so.
   *
   * @throws CommandException if options do not fit together or one is out of its range
   */
  public DeploymentSpec spec(String bundle) {
    if ((goal == DeploymentSpec.Goal.REPLICAS) != (replicas != null)) {
      throw new CommandException("--goal replicas and --replicas N go together");
    }
    return exits.apply(
        DeploymentSpec.rocoin(bundle, deadline.ms(), success)
            .withGoal(goal, replicas == null ? 0 : replicas)
            .withPortions(portions)
            .withHedgeMs(hedge.ms()));
  }

  /**
   * The spec to run this bundle so.
   *
   * @throws CommandException if options do not fit together, or the bundle lacks what they need
   */
  public DeploymentSpec spec(Bundle bundle) {
    DeploymentSpec spec = spec(bundle.digest());
    try {
      ExitPreview.check(bundle.manifest(), spec);
    } catch (IllegalArgumentException e) {
      throw new CommandException(e.getMessage());
    }
    return spec;
  }
}
