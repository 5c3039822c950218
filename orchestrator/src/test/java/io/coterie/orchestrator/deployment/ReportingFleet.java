package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Eight boards that report every 5 s of virtual time, each in its own moment, what their students
 * take: usual time x slowness x noise.
 */
class ReportingFleet {
  static final int FRAMES_PER_REPORT = 50;
  static final double USUAL_MS = 20;
  static final Set<String> HALF = Set.of("a", "b", "c", "d");
  static final Manifest MANIFEST = Fixtures.manifest(2, 4);

  final Replay replay = new Replay();
  final Random random = new Random(1185);
  final Map<String, Double> slowness = new HashMap<>();
  final Map<StudentRole, Map<String, double[]>> counters = new HashMap<>();
  final Map<String, Long> incarnations = new HashMap<>();
  double noise;

  /** How often a board got something else to run. */
  int placements;

  void running(long deadlineMs) {
    replay.ready();
    for (char agent = 'a'; agent <= 'h'; agent++) {
      replay.online(Character.toString(agent));
    }
    replay.input(
        new Input.SpecHeard(
            "cam", DeploymentSpec.rocoin(Fixtures.digest(MANIFEST), deadlineMs, 0.9)));
    replay.input(new Input.ManifestReady(Fixtures.digest(MANIFEST), MANIFEST));
    replay.after(200);
    assertTrue(plan().complete(), () -> plan().toString());
  }

  /** Every board reports once, at its own time within the 5 s. */
  void rounds(int count) {
    for (int round = 0; round < count; round++) {
      for (var member : replay.state.fleet().online()) {
        replay.input(new Input.ReportHeard(member.id(), report(member.id())));
        tick(600);
      }
      tick(5_000 - 600L * replay.state.fleet().online().size());
    }
  }

  void tick(long milliseconds) {
    Map<String, Set<Integer>> before = placement();
    replay.after(milliseconds);
    placements += before.equals(placement()) ? 0 : 1;
  }

  Report report(String agent) {
    List<Report.ModelTime> times = new ArrayList<>();
    for (StudentRole role : replay.assignment(agent).students()) {
      double[] counter =
          counters
              .computeIfAbsent(role, r -> new HashMap<>())
              .computeIfAbsent(agent, a -> new double[2]);
      double ms =
          USUAL_MS
              * slowness.getOrDefault(agent, 1.0)
              * Math.max(0.05, 1 + noise * random.nextGaussian());
      counter[0] += FRAMES_PER_REPORT;
      counter[1] += FRAMES_PER_REPORT * ms;
      times.add(
          new Report.ModelTime(
              role.bundle(),
              role.strategy(),
              role.k(),
              role.partition(),
              role.student(),
              ms,
              (long) counter[0],
              counter[1],
              List.of()));
    }
    long incarnation = incarnations.getOrDefault(agent, 1L);
    return new Report(
        incarnation, 0, 0, 0, times, List.of(), List.of(), List.of(), Report.Stops.NONE, List.of());
  }

  PlanMessage plan() {
    return replay.plan("cam");
  }

  List<Measurement> measuredOf(String agent) {
    return replay.state.learning().learnt().measuredSeconds().keySet().stream()
        .filter(what -> what.deviceId().equals(agent))
        .toList();
  }

  double failureProbability(String agent) {
    return replay.state.learning().learnt().failureProbability(agent, 0.1);
  }

  Map<String, Set<Integer>> placement() {
    Map<String, Set<Integer>> placement = new HashMap<>();
    "abcdefgh".chars().forEach(c -> placement.put(Character.toString(c), hosted(c)));
    return placement;
  }

  Set<Integer> hosted(int agent) {
    return hosted(Character.toString(agent));
  }

  Set<Integer> hosted(String agent) {
    Set<Integer> hosted = new HashSet<>();
    for (PlanMessage.Group group : plan().groups()) {
      if (group.agents().contains(agent)) {
        hosted.add(100 * plan().k() + group.partition());
      }
    }
    return hosted;
  }
}
