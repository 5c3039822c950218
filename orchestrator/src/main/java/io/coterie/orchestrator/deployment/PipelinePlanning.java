package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.planner.cost.Device;
import io.coterie.planner.pipeline.PipelinePlan;
import io.coterie.planner.pipeline.Wiring;
import io.coterie.protocol.bundle.Pipeline;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Plans one deployment's pipeline.
 *
 * @param online all agents, also those that take no segments
 * @param boards those that may, with the memory that is left
 * @param before the plan in force, if there is one
 */
record PipelinePlanning(
    String name,
    DeploymentSpec spec,
    List<Member> online,
    List<Device> boards,
    Optional<PlanMessage> before) {

  /** With the bundle's pipeline at hand. */
  PlannedPipeline plan(Pipeline pipeline) {
    PipelinePlan plan =
        PipelinePlan.of(
            boards,
            pipeline,
            spec.exitRule(),
            spec.pipeline(),
            spec.deadlineMs() / 1e3,
            before().map(PlanMessage::fuser).orElse(""),
            before().map(PlanMessage::standby).orElse(""));
    return planned(plan, List.of());
  }

  /** The plan in force as far as its boards are there. */
  PlannedPipeline goingOn(PlanMessage message, Reason missing) {
    Map<String, List<Integer>> held = new TreeMap<>();
    String pipeline = "";
    for (PlanMessage.Group group : message.groups()) {
      pipeline = group.student();
      for (Device board : boards) {
        if (group.agents().contains(board.id())) {
          held.computeIfAbsent(board.id(), id -> new ArrayList<>()).add(group.partition() + 1);
        }
      }
    }
    Wiring wiring =
        Wiring.of(
            held,
            message.k(),
            spec.pipeline(),
            List.copyOf(held.keySet()),
            message.fuser(),
            message.standby());
    return planned(
        new PipelinePlan(
            pipeline,
            message.k(),
            held,
            wiring,
            message.expectedAccuracy(),
            0,
            message.latencyMs() / 1e3,
            spec.deadlineMs() / 1e3,
            message.successProbability(),
            PipelinePlan.wiringReasons(wiring.deadEnds())),
        List.of(missing));
  }

  private PlannedPipeline planned(PipelinePlan plan, List<Reason> reasons) {
    Map<String, PlanMessage.Member> members = new HashMap<>();
    for (Device board : boards) {
      members.put(
          board.id(), new PlanMessage.Member(board.id(), 0, false, board.failureProbability()));
    }
    String source = plan.wiring().source();
    String answers = source.isEmpty() ? Fusers.choose(online, Fusers.NONE).fuser() : source;
    return new PlannedPipeline(name, spec, plan, answers, reasons, members);
  }
}
