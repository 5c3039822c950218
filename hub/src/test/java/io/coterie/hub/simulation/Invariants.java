package io.coterie.hub.simulation;

import io.coterie.agent.VirtualAgent;
import io.coterie.agent.role.AssignmentCore;
import io.coterie.orchestrator.VirtualOrchestrator;
import io.coterie.orchestrator.deployment.State;
import io.coterie.protocol.bundle.Partitioning;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.PlanMessage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What must hold after every event, whatever fails: terms and epochs never go back, a term has one
 * leader, a partition's replica one owner, and every plan keeps its constraints or says why not.
 */
@SuppressWarnings("ReferenceEquality") // States are immutable: who has the same one did nothing.
final class Invariants {
  private final SimulatedFleet fleet;
  private final Map<String, State> states = new HashMap<>();
  private final Map<VirtualAgent, AssignmentCore.State> roles = new HashMap<>();
  private final Map<VirtualAgent, Assignment> active = new HashMap<>();
  private final Map<Long, String> leaders = new HashMap<>();

  Invariants(SimulatedFleet fleet) {
    this.fleet = fleet;
  }

  /**
   * To be called after every event.
   *
   * @throws AssertionError if one does not hold
   */
  void check() {
    fleet.orchestrators.forEach(this::checkOrchestrator);
    fleet.agents.forEach(this::checkAgent);
  }

  private void checkOrchestrator(String id, VirtualOrchestrator orchestrator) {
    State now = orchestrator.state();
    State before = states.put(id, now);
    if (now == before) {
      return;
    }
    if (before != null) {
      require(now.term() >= before.term(), () -> id + " term fell: " + now.lease());
      require(now.epoch() >= before.epoch(), () -> id + " epoch fell: " + now.epoch());
    }
    if (now.lease().leads()) {
      String leader = leaders.putIfAbsent(now.term(), id);
      require(leader == null || leader.equals(id), () -> "term of two: " + now.lease());
    }
    PlanMessage plan = now.plans().get(SimulatedFleet.DEPLOYMENT);
    if (now.phase() == State.Phase.READY && plan != null && now.replanAtNs().isEmpty()) {
      boolean known = before != null && plan == before.plans().get(SimulatedFleet.DEPLOYMENT);
      if (!known || now.fleet() != before.fleet()) {
        checkPlan(now, plan);
      }
    }
  }

  private void checkAgent(String id, VirtualAgent agent) {
    AssignmentCore.State now = agent.roles();
    AssignmentCore.State before = roles.put(agent, now);
    if (before != null && now != before) {
      boolean rises =
          now.term() > before.term()
              || (now.term() == before.term() && now.epoch() >= before.epoch());
      require(rises, () -> id + " took something older: " + now);
    }
    Assignment has = agent.active();
    Assignment had = active.put(agent, has);
    if (had != null && has != had) {
      require(!has.isOlderThan(had.term(), had.epoch()), () -> id + " fell back to " + has);
      require(
          has.students().stream().map(role -> role.partition()).distinct().count()
              == has.students().size(),
          () -> id + " computes a partition twice: " + has);
    }
  }

  private void checkPlan(State state, PlanMessage plan) {
    Set<String> online =
        state.fleet().online().stream().map(member -> member.id()).collect(Collectors.toSet());
    Set<Integer> partitions = new HashSet<>();
    Map<String, Long> usedBytes = new HashMap<>();
    for (PlanMessage.Group group : plan.groups()) {
      require(partitions.add(group.partition()), () -> "two groups of a partition: " + plan);
      require(
          new HashSet<>(group.agents()).size() == group.agents().size(),
          () -> "an agent twice in a group: " + plan);
      require(online.containsAll(group.agents()), () -> "names who is not there: " + plan);
      long bytes = memoryBytes(plan, group);
      group.agents().forEach(agent -> usedBytes.merge(agent, bytes, Long::sum));
      checkSuccess(plan, group);
    }
    usedBytes.forEach(
        (agent, bytes) ->
            require(
                bytes <= fleet.memoryBytes.get(agent),
                () -> agent + " has too little memory for " + plan));
    checkFusers(online, plan);
    checkPromise(plan, partitions);
  }

  private long memoryBytes(PlanMessage plan, PlanMessage.Group group) {
    Partitioning partitioning =
        fleet.manifest.partitioning(plan.strategy(), plan.k()).orElseThrow();
    return partitioning.partitions().get(group.partition()).students().stream()
        .filter(student -> student.name().equals(group.student()))
        .findFirst()
        .orElseThrow()
        .memoryBytes();
  }

  private static void checkSuccess(PlanMessage plan, PlanMessage.Group group) {
    double allFail = 1;
    for (PlanMessage.Member member : group.members()) {
      allFail *= member.failureProbability();
    }
    double success = 1 - allFail;
    require(
        Math.abs(success - group.successProbability()) < 1e-6,
        () -> "a group's success is " + success + ": " + plan);
  }

  private static void checkFusers(Set<String> online, PlanMessage plan) {
    for (String fuser : List.of(plan.fuser(), plan.standby())) {
      require(fuser.isEmpty() || online.contains(fuser), () -> "lost fuser: " + plan);
    }
    require(
        plan.fuser().isEmpty() || !plan.fuser().equals(plan.standby()),
        () -> "its own standby: " + plan);
  }

  /** What is said to be complete is; what does not keep deadline or success says so. */
  private void checkPromise(PlanMessage plan, Set<Integer> partitions) {
    if (plan.complete()) {
      require(partitions.size() == plan.k(), () -> "a partition has no group: " + plan);
      require(!plan.fuser().isEmpty(), () -> "complete without a fuser: " + plan);
    }
    boolean keeps =
        plan.complete()
            && plan.latencyMs() <= fleet.spec.deadlineMs()
            && plan.groups().stream()
                .allMatch(group -> group.successProbability() >= fleet.spec.successProbability());
    require(keeps || !plan.reasons().isEmpty(), () -> "keeps too little, says nothing: " + plan);
  }

  private static void require(boolean holds, Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }
}
