package io.coterie.orchestrator.deployment;

import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.TrialRole;
import java.util.List;
import java.util.Map;

/**
 * What a roll-out comes to on the boards there are.
 *
 * @param rollout with the canary that was chosen
 * @param roles of the boards that fetch or try the new bundle, by agent
 * @param reasons what people should know of it
 */
record PlannedTrial(Rollout rollout, Map<String, TrialRole> roles, List<Reason> reasons) {
  PlannedTrial {
    roles = Map.copyOf(roles);
    reasons = List.copyOf(reasons);
  }

  /** Of a roll-out in a stage without a canary. */
  static PlannedTrial none(Rollout rollout) {
    return new PlannedTrial(rollout, Map.of(), reasons(rollout));
  }

  private static List<Reason> reasons(Rollout rollout) {
    return rollout.stage() != Rollout.Stage.RETURNED
        ? List.of()
        : List.of(
            Reason.of(
                Reason.Code.ROLLOUT_RETURNED,
                "bundle "
                    + rollout.to().substring(0, 8)
                    + "… failed, the one before is back: "
                    + rollout.reason()
                    + "; to try it again, deploy it again"));
  }

  /** The plan with what is to be known of the roll-out. */
  PlanMessage in(PlanMessage plan) {
    return plan.with(rollout, reasons);
  }
}
