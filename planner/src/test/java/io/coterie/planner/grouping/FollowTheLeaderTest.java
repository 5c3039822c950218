package io.coterie.planner.grouping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.Device;
import io.coterie.planner.cost.Reliability;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FollowTheLeaderTest {
  @Test
  void groupsIdenticalDevicesTogether() {
    List<Device> alike = alike(5, 0.1);
    for (double threshold : new double[] {1e-9, 0.1, 1}) {
      assertEquals(1, FollowTheLeader.group(alike, threshold, 0).size());
    }
  }

  @Test
  void givesSingletonsWithoutATargetAndAThreshold() {
    assertEquals(5, FollowTheLeader.group(alike(5, 0.1), 0, 0).size());
  }

  @Test
  void separatesFastFromSlowBoards() {
    Grouping grouping = FollowTheLeader.group(twoFastTwoSlow(), 0.2, 0);
    assertEquals(List.of(List.of("f0", "f1"), List.of("s0", "s1")), ids(grouping));
  }

  @Test
  void theStrongestLeadsItsGroup() {
    Grouping grouping = FollowTheLeader.group(twoFastTwoSlow(), 10, 0);
    assertEquals("f0", grouping.groups().get(0).get(0).id());
  }

  @Test
  void joinsTheNearestLeaderNotTheFirst() {
    List<Device> devices = List.of(compute("a", 10), compute("b", 6), compute("c", 5));
    Grouping grouping = FollowTheLeader.group(devices, 0.51, 0);
    assertEquals(List.of(List.of("a", "b", "c")), ids(grouping));
    grouping = FollowTheLeader.group(devices, 0.39, 0);
    assertEquals(List.of(List.of("a"), List.of("b", "c")), ids(grouping));
  }

  @Test
  void repairMovesASpareDeviceToTheWeakGroup() {
    List<Device> devices =
        List.of(compute("a", 10), compute("b", 10), compute("c", 9.9), compute("d", 2));
    Grouping grouping = FollowTheLeader.group(devices, 0.05, 0.98);
    assertEquals(List.of(List.of("a", "b"), List.of("d", "c")), ids(grouping));
  }

  @Test
  void repairMergesWhereNobodyCanSpare() {
    List<Device> devices = List.of(compute("a", 10), compute("b", 5), compute("c", 1));
    Grouping grouping = FollowTheLeader.group(devices, 0, 0.98);
    assertEquals(1, grouping.size());
    assertTrue(grouping.meets(0.98));
  }

  @Test
  void leavesOneGroupWhereTheTargetCannotBeMet() {
    Grouping grouping = FollowTheLeader.group(alike(3, 0.5), 0, 0.999);
    assertEquals(1, grouping.size());
    assertFalse(grouping.meets(0.999));
  }

  @Test
  void sweepsForTheWantedNumberOfGroups() {
    for (Grouping grouping : FollowTheLeader.sweep(twoFastTwoSlow(), 2, 0)) {
      assertEquals(2, grouping.size());
    }
    assertTrue(
        FollowTheLeader.sweep(twoFastTwoSlow(), 2, 0).stream()
            .anyMatch(g -> ids(g).equals(List.of(List.of("f0", "f1"), List.of("s0", "s1")))));
  }

  @Test
  void cutsAlikeDevicesEvenly() {
    List<Grouping> found = FollowTheLeader.sweep(alike(8, 0.1), 4, 0.98);
    assertTrue(
        found.stream().anyMatch(g -> g.groups().stream().allMatch(group -> group.size() == 2)));
  }

  @Test
  void refusesMoreGroupsThanDevices() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> FollowTheLeader.sweep(alike(2, 0.1), 3, 0));
    assertEquals("must be in [1, 2]: wanted groups=3", thrown.getMessage());
  }

  static List<Long> seeds() {
    return new Random(4711).longs(60).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyDeviceIsInExactlyOneGroup(long seed) {
    Random random = new Random(seed);
    List<Device> devices = randomFleet(random);
    double target = random.nextDouble();
    assertPartitions(
        devices, FollowTheLeader.group(devices, random.nextDouble(), target), "seed " + seed);
    int wanted = 1 + random.nextInt(devices.size());
    for (Grouping grouping : FollowTheLeader.sweep(devices, wanted, target)) {
      assertPartitions(devices, grouping, "seed " + seed);
      assertEquals(wanted, grouping.size(), "seed " + seed);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyGroupMeetsTheTargetOrThereIsOnlyOne(long seed) {
    Random random = new Random(seed);
    List<Device> devices = randomFleet(random);
    double target = 0.9 + 0.1 * random.nextDouble();
    Grouping grouping = FollowTheLeader.group(devices, random.nextDouble(), target);
    assertTrue(grouping.meets(target) || grouping.size() == 1, "seed " + seed + " " + grouping);
    if (!grouping.meets(target)) {
      assertTrue(Reliability.groupSuccess(devices) < target, "seed " + seed);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void doesNotDependOnTheOrderOfTheDevices(long seed) {
    Random random = new Random(seed);
    List<Device> devices = randomFleet(random);
    List<Device> shuffled = new ArrayList<>(devices);
    java.util.Collections.shuffle(shuffled, random);
    double threshold = random.nextDouble();
    assertEquals(
        FollowTheLeader.group(devices, threshold, 0.95),
        FollowTheLeader.group(shuffled, threshold, 0.95),
        "seed " + seed);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void sweepsALargeFleet(int wanted) {
    Random random = new Random(wanted);
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      devices.add(new Device("d" + i, 1 + random.nextDouble(), 1000, 500, 0.05));
    }
    List<Grouping> found = FollowTheLeader.sweep(devices, wanted, 0.99);
    found.forEach(grouping -> assertPartitions(devices, grouping, "100 devices"));
  }

  private static void assertPartitions(List<Device> devices, Grouping grouping, String message) {
    List<Device> grouped = new ArrayList<>();
    for (List<Device> group : grouping.groups()) {
      assertFalse(group.isEmpty(), message);
      grouped.addAll(group);
    }
    grouped.sort(Comparator.comparing(Device::id));
    List<Device> expected = new ArrayList<>(devices);
    expected.sort(Comparator.comparing(Device::id));
    assertEquals(expected, grouped, message);
  }

  private static List<Device> randomFleet(Random random) {
    List<Device> devices = new ArrayList<>();
    int size = 1 + random.nextInt(12);
    for (int i = 0; i < size; i++) {
      devices.add(
          new Device(
              "d" + i,
              5e6 + 25e6 * random.nextDouble(),
              100_000 + random.nextInt(400_000),
              500 + 500 * random.nextDouble(),
              0.3 * random.nextDouble()));
    }
    return devices;
  }

  private static List<Device> alike(int count, double fails) {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      devices.add(new Device("d" + i, 1e6, 1000, 500, fails));
    }
    return devices;
  }

  private static List<Device> twoFastTwoSlow() {
    return List.of(compute("s0", 1), compute("f0", 10), compute("s1", 1), compute("f1", 10));
  }

  private static Device compute(String id, double flops) {
    return new Device(id, flops, 1000, 500, 0.1);
  }

  private static List<List<String>> ids(Grouping grouping) {
    return grouping.groups().stream()
        .map(group -> group.stream().map(Device::id).toList())
        .toList();
  }
}
