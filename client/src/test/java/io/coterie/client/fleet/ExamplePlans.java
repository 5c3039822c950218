package io.coterie.client.fleet;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.util.List;

/** Plans and specs for tests. */
public final class ExamplePlans {
  /** A spec. */
  public static final DeploymentSpec SPEC = DeploymentSpec.rocoin("5e".repeat(32), 1_000, 0.9);

  private ExamplePlans() {}

  /** What a board says that it can do. */
  public static Capability capability(long incarnation) {
    return new Capability(
        incarnation, "1", "pi", "aarch64", 4, 10_000_000, 1e8, 1e6, 0.1, false, 0, 0);
  }

  /**
   * A plan with one group of these agents and one of {@code c}.
   *
   * @param fuser also the standby
   */
  public static PlanMessage plan(long epoch, boolean complete, String fuser, String... agents) {
    return new PlanMessage(
        1,
        epoch,
        SPEC.bundle(),
        Strategy.ROCOIN,
        complete,
        2,
        1,
        List.of(group(0, List.of(agents)), group(1, List.of("c"))),
        fuser,
        "",
        5,
        0.99,
        0.9,
        List.of(),
        List.of());
  }

  private static PlanMessage.Group group(int partition, List<String> agents) {
    return new PlanMessage.Group(partition, "wrn-10-1", agents, 5, 0.99, List.of());
  }
}
