package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Boards, specs and connections come and go at random; invariants hold after every event. */
class RandomReplayTest {
  private static final List<Manifest> MANIFESTS =
      List.of(Fixtures.manifest(2), Fixtures.manifest(1, 2, 4));

  static List<Long> seeds() {
    return new Random(1185).longs(25).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void invariantsHoldAfterEveryEvent(long seed) {
    Random random = new Random(seed);
    Replay replay = new Replay().ready();
    Map<String, Long> epochs = new HashMap<>();
    Map<String, Long> incarnations = new HashMap<>();
    for (int step = 0; step < 120; step++) {
      happen(replay, random, incarnations);
      String message = "seed " + seed + " step " + step;
      epochsRise(replay, epochs, message);
      if (replay.state.phase() == State.Phase.READY && replay.state.replanAtNs().isEmpty()) {
        plansNameOnlyAgentsThatAreThere(replay.state, message);
        assignmentsMatchPlans(replay.state, message);
        portionsOfEveryGroupCount(replay.state, message);
      }
    }
  }

  private static void happen(Replay replay, Random random, Map<String, Long> incarnations) {
    String agent = "agent-" + random.nextInt(6);
    String deployment = "deployment-" + random.nextInt(2);
    long incarnation = incarnations.merge(agent, 0L, Math::max);
    switch (random.nextInt(14)) {
      case 0, 1, 2, 3 -> {
        incarnations.put(agent, incarnation + 1);
        replay.online(
            agent,
            Fixtures.capability(
                incarnation + 1,
                agent.endsWith("5"),
                0,
                0,
                (1 + random.nextInt(6)) * Fixtures.STUDENT_BYTES));
      }
      case 4, 5 -> replay.state(agent, Availability.OFFLINE, Math.max(1, incarnation));
      case 6 -> replay.state(agent, Availability.DRAINING, Math.max(1, incarnation));
      case 7 -> replay.state(agent, Availability.OFFLINE, 1);
      case 8, 9 ->
          replay.deploy(
              deployment, MANIFESTS.get(random.nextInt(2)), random.nextBoolean() ? 0 : 0.95);
      case 10 -> replay.input(new Input.SpecRemoved(deployment));
      case 11 -> reconnect(replay, random);
      default -> report(replay, random, agent, Math.max(1, incarnation));
    }
    if (random.nextBoolean()) {
      replay.after(random.nextInt(600));
    }
  }

  private static void report(Replay replay, Random random, String agent, long incarnation) {
    Assignment assignment = replay.assignment(agent);
    List<StudentRole> students = assignment == null ? List.of() : assignment.students();
    long frames = random.nextInt(10_000);
    double ms = Math.exp(20 * random.nextGaussian());
    List<Report.ModelTime> times =
        students.stream()
            .map(
                role ->
                    new Report.ModelTime(
                        role.bundle(),
                        role.strategy(),
                        role.k(),
                        role.partition(),
                        role.student(),
                        ms,
                        frames,
                        random.nextBoolean() ? 0 : frames * ms,
                        List.of()))
            .toList();
    Report report =
        new Report(
            incarnation,
            0,
            random.nextInt(100),
            0,
            times,
            List.of(),
            List.of(),
            List.of(),
            Report.Stops.NONE,
            List.of());
    replay.input(new Input.ReportHeard(agent, report));
  }

  private static void reconnect(Replay replay, Random random) {
    replay.input(new Input.Disconnected());
    replay.nowNs += random.nextInt(100_000) * Replay.MS;
    replay.input(new Input.Connected());
    replay.after(500);
  }

  private static void epochsRise(Replay replay, Map<String, Long> epochs, String message) {
    replay
        .state
        .assignments()
        .forEach(
            (agent, assignment) -> {
              long before = epochs.getOrDefault(agent, 0L);
              assertTrue(assignment.epoch() >= before, message + " epoch of " + agent);
              epochs.put(agent, assignment.epoch());
            });
  }

  private static void plansNameOnlyAgentsThatAreThere(State state, String message) {
    Set<String> online = new HashSet<>();
    state.fleet().online().forEach(member -> online.add(member.id()));
    assertEquals(state.specs().keySet(), state.plans().keySet(), message);
    for (PlanMessage plan : state.plans().values()) {
      plan.groups().forEach(g -> assertTrue(online.containsAll(g.agents()), message + plan));
      assertTrue(plan.fuser().isEmpty() || online.contains(plan.fuser()), message + plan);
      assertTrue(plan.standby().isEmpty() || online.contains(plan.standby()), message + plan);
      assertTrue(plan.fuser().isEmpty() || !plan.fuser().equals(plan.standby()), message + plan);
      assertTrue(plan.complete() || !plan.reasons().isEmpty(), message + plan);
    }
  }

  private static void assignmentsMatchPlans(State state, String message) {
    state.fleet().members().values().stream()
        .filter(member -> member.reachable())
        .forEach(
            member -> {
              Assignment assignment = state.assignments().get(member.id());
              Set<String> has = new HashSet<>();
              if (assignment != null) {
                assignment.students().forEach(r -> has.add(r.deployment() + r.partition()));
                assignment
                    .fusers()
                    .forEach(r -> has.add(r.deployment() + (r.standby() ? "standby" : "fuser")));
              }
              Set<String> should = new HashSet<>();
              state
                  .plans()
                  .forEach(
                      (name, plan) -> {
                        plan.groups().stream()
                            .filter(g -> g.agents().contains(member.id()))
                            .forEach(g -> should.add(name + g.partition()));
                        if (plan.fuser().equals(member.id())) {
                          should.add(name + "fuser");
                        }
                        if (plan.standby().equals(member.id())) {
                          should.add(name + "standby");
                        }
                      });
              assertEquals(should, has, message + " roles of " + member.id());
            });
  }

  private static void portionsOfEveryGroupCount(State state, String message) {
    state
        .plans()
        .forEach(
            (name, plan) -> {
              for (PlanMessage.Group group : plan.groups()) {
                for (String agent : group.agents()) {
                  assertTrue(
                      state.assignments().get(agent).epoch() >= plan.acceptFrom(),
                      message + " " + agent + " is fenced off by " + plan);
                  for (StudentRole role : state.assignments().get(agent).students()) {
                    assertTrue(
                        !role.deployment().equals(name) || role.k() == plan.k(), message + role);
                  }
                }
              }
              if (!plan.fuser().isEmpty()) {
                FuserRole role =
                    state.assignments().get(plan.fuser()).fusers().stream()
                        .filter(r -> r.deployment().equals(name))
                        .findFirst()
                        .orElseThrow();
                assertEquals(plan.acceptFrom(), role.acceptFrom(), message);
              }
            });
  }
}
