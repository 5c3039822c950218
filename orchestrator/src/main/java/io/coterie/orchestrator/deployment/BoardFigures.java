package io.coterie.orchestrator.deployment;

import io.coterie.client.fleet.Fleet.Member;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.protocol.message.Reason;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What plans reckon with of boards, beside what these say of themselves.
 *
 * @param measuredSeconds what students take on boards that have measured them
 * @param failureProbabilities by agent; agents that are not in it have what they declare
 * @param leftOut agents that take part in no plan although they are there
 * @param reasons why agents are left out
 */
record BoardFigures(
    Map<Measurement, Double> measuredSeconds,
    Map<String, Double> failureProbabilities,
    Set<String> leftOut,
    List<Reason> reasons) {
  BoardFigures {
    measuredSeconds = Map.copyOf(measuredSeconds);
    failureProbabilities = Map.copyOf(failureProbabilities);
    leftOut = Set.copyOf(leftOut);
    reasons = List.copyOf(reasons);
  }

  /** What the orchestrator has learnt of the agents that are there. */
  static BoardFigures of(State state) {
    Learnt learnt = state.learning().learnt();
    Map<String, Double> failures = new HashMap<>();
    Set<String> leftOut = new HashSet<>();
    for (Member member : state.fleet().online()) {
      double declared = member.capability().orElseThrow().failureProbability();
      failures.put(member.id(), learnt.failureProbability(member.id(), declared));
      if (state.learning().breakers().isOpen(member.id())) {
        leftOut.add(member.id());
      }
    }
    return new BoardFigures(
        learnt.measuredSeconds(), failures, leftOut, state.learning().breakers().reasons());
  }
}
