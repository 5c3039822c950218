package io.coterie.orchestrator.deployment;

import java.util.List;

/**
 * Turns specs, boards and bundles into plans and assignments. A pure function of state, input and
 * time.
 *
 * <pre>
 * DISCONNECTED --connected--> COLLECTING      retained messages come in
 * COLLECTING --0.5 s later--> READY           if it leads: announces itself, plans
 * COLLECTING --0.5 s later--> FOLLOWING       if another leads
 * FOLLOWING --leads--> READY                  plans; what still holds stays as it is
 * READY --another leads--> FOLLOWING          publishes no more, adopts what it hears
 * DISCONNECTED --connected, alone--> READY    announces everything, plans without the lost hub
 * READY --board lost, spec or bundle new--> READY   plans at the end of the decision
 * READY --board joined--> READY               plans 0.2 s later, with all that joined meanwhile
 * READY --board slow, or slow no more, or clearly other than the plan took it for--> READY
 *                                             plans 5 s later, with all that changed meanwhile
 * READY, agents of the plan not heard of since the start --> READY   plans when all are there or
 *                                             after 5 s; until then the old plan is in force
 * any --disconnected--> DISCONNECTED
 * </pre>
 *
 * <p>Epochs: whenever somebody's roles change, the epoch rises, and all agents whose roles changed
 * and the fusers of changed deployments get an assignment of that epoch. The others keep theirs:
 * portions count from the plan's {@code acceptFrom} on, which rises only with another bundle or K.
 */
public final class DeploymentCore {
  static final long COLLECT_NS = 500_000_000L;
  static final long SETTLE_NS = 200_000_000L;

  /** Every board reports once in this time: boards that became slow together get one new plan. */
  static final long REPORTS_NS = 5_000_000_000L;

  /** Boards need longer than the hub to come back after a power cut. */
  static final long EXPECT_NS = 5_000_000_000L;

  private DeploymentCore() {}

  /** New state and effects, in the order in which they are to be carried out. */
  public record Decision(State state, List<Effect> effects) {
    public Decision {
      effects = List.copyOf(effects);
    }
  }

  /** Decides what an input means. */
  public static Decision decide(State state, Input input, long nowNs) {
    return decide(state, List.of(input), nowNs);
  }

  /**
   * Decides what inputs mean, in their order. New plans are made once at the end, however many of
   * the inputs ask for them: a switch that takes ten boards with it makes one plan and one epoch.
   */
  public static Decision decide(State state, List<Input> inputs, long nowNs) {
    Step step = Step.from(state, nowNs);
    for (Input input : inputs) {
      step = taken(step, input);
    }
    Step planned = Replan.plan(step);
    return new Decision(planned.state(), planned.effects());
  }

  private static Step taken(Step step, Input input) {
    if (input instanceof Input.Connected connected) {
      return ConnectionEvents.connected(step, connected.alone());
    } else if (input instanceof Input.Leaving) {
      return Leadership.leave(step);
    } else if (input instanceof Input.Disconnected) {
      return ConnectionEvents.disconnected(step);
    } else if (input instanceof Input.Tick) {
      return ConnectionEvents.tick(step);
    } else if (input instanceof Input.AgentHeard heard) {
      return BoardEvents.heard(step, heard.what());
    } else if (input instanceof Input.ReportHeard heard) {
      return BoardEvents.reported(step, heard.agent(), heard.report());
    } else if (input instanceof Input.SpecHeard heard) {
      return SpecEvents.specHeard(step, heard.deployment(), heard.spec());
    } else if (input instanceof Input.SpecRemoved removed) {
      return SpecEvents.specRemoved(step, removed.deployment());
    } else if (input instanceof Input.ManifestReady ready) {
      return SpecEvents.manifestReady(step, ready.digest(), ready.manifest());
    } else if (input instanceof Input.ManifestRefused refused) {
      return SpecEvents.manifestRefused(step, refused.digest(), refused.reason());
    } else if (input instanceof Input.PlanHeard heard) {
      return RetainedEvents.planHeard(step, heard.deployment(), heard.plan());
    } else if (input instanceof Input.AssignmentHeard heard) {
      return RetainedEvents.assignmentHeard(step, heard.agent(), heard.assignment());
    } else if (input instanceof Input.OrchestratorHeard heard) {
      return RetainedEvents.orchestratorHeard(step, heard.state());
    }
    throw new IllegalArgumentException("unknown input: " + input);
  }
}
