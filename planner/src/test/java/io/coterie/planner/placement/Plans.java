package io.coterie.planner.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.CostModel;
import io.coterie.planner.cost.Device;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.Manifest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Plans, fleets and what tests ask of them. */
final class Plans {
  private static final double EXACT = 1e-12;

  private Plans() {}

  static void assertValid(Plan plan, List<Device> fleet, String message) {
    Map<String, Long> free = new HashMap<>();
    fleet.forEach(device -> free.put(device.id(), device.memoryBytes()));
    for (PlannedPartition partition : plan.partitions()) {
      assertTrue(!partition.members().isEmpty(), message);
      long bytes = partition.student().equals("small") ? Bundles.SMALL_BYTES : Bundles.LARGE_BYTES;
      for (String id : partition.members()) {
        assertTrue(free.containsKey(id), message + " unknown " + id);
        assertTrue(free.merge(id, -bytes, Long::sum) >= 0, message + " memory of " + id);
      }
    }
    assertTrue(plan.expectedAccuracy() >= 0 && plan.expectedAccuracy() <= 1 + EXACT, message);
    assertEquals(plan.verdict() == Verdict.DEGRADED, plan.k() > 0 && !plan.missing().isEmpty());
    assertTrue(
        plan.verdict() == Verdict.COMPLETE || !plan.reasons().isEmpty(), message + " " + plan);
  }

  /** Number of (partition, student, board) triples of the second plan that the first lacks. */
  static long moved(Plan first, Plan second) {
    return triples(second).stream().filter(triple -> !triples(first).contains(triple)).count();
  }

  static List<String> triples(Plan plan) {
    return plan.partitions().stream()
        .flatMap(p -> p.members().stream().map(m -> plan.k() + "/" + p.modelSha256() + "/" + m))
        .toList();
  }

  static List<Device> boards(int count, double fails) {
    return IntStream.range(0, count)
        .mapToObj(i -> new Device("b" + i, 10e6, 1_000_000, 1000, fails))
        .toList();
  }

  static List<Device> without(List<Device> devices, String id) {
    return devices.stream().filter(device -> !device.id().equals(id)).toList();
  }

  static List<Device> fleet(Random random, int size) {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      devices.add(
          new Device(
              "d" + i,
              5e6 + 25e6 * random.nextDouble(),
              50_000 + random.nextInt(450_000),
              500 + 500 * random.nextDouble(),
              0.3 * random.nextDouble()));
    }
    return devices;
  }

  static Plan plan(Manifest manifest, List<Device> devices, double target) {
    return Planner.plan(
        new PlanRequest(
            devices, manifest, Objective.of(target), CostModel.unmeasured(), InForce.NOTHING));
  }

  static Plan replan(Manifest manifest, List<Device> devices, double target, Plan previous) {
    return plan(manifest, devices, Objective.of(target), previous.inForce());
  }

  static Plan plan(Manifest manifest, List<Device> devices, Objective objective, InForce previous) {
    return Planner.plan(
        new PlanRequest(devices, manifest, objective, CostModel.unmeasured(), previous));
  }
}
