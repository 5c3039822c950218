package io.coterie.client.fleet;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;

/** Whether agents do what a plan asks of them. */
public final class PlanExecution {
  private PlanExecution() {}

  /** By its report; an agent that the plan does not name does all that is asked of it. */
  public static boolean carriesOut(PlanMessage plan, String name, String agent, Report report) {
    if (plan.strategy() == Strategy.MDI_EXIT) {
      return !isNamed(plan, agent)
          || report.pipelines().stream()
              .anyMatch(
                  piped ->
                      piped.deployment().equals(name)
                          && piped.bundle().equals(plan.bundle())
                          && plan.groups().stream()
                              .allMatch(group -> group.student().equals(piped.pipeline())));
    }
    boolean fuses = !plan.fuser().equals(agent) || report.fusers().contains(name);
    return fuses
        && plan.groups().stream()
            .filter(group -> group.agents().contains(agent))
            .allMatch(group -> runs(plan, group, report));
  }

  private static boolean isNamed(PlanMessage plan, String agent) {
    return plan.fuser().equals(agent)
        || plan.groups().stream().anyMatch(group -> group.agents().contains(agent));
  }

  private static boolean runs(PlanMessage plan, PlanMessage.Group group, Report report) {
    return report.models().stream()
        .anyMatch(
            model ->
                model.bundle().equals(plan.bundle())
                    && model.strategy() == plan.strategy()
                    && model.k() == plan.k()
                    && model.partition() == group.partition()
                    && model.student().equals(group.student()));
  }
}
