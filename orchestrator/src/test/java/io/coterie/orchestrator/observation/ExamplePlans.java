package io.coterie.orchestrator.observation;

import io.coterie.orchestrator.deployment.Fixtures;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import java.util.List;

/** Plans and specs for tests. */
public final class ExamplePlans {
  /** A spec. */
  public static final DeploymentSpec SPEC = Fixtures.spec(Fixtures.manifest(2), 0.9);

  private ExamplePlans() {}

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
