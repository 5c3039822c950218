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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FollowTheLeaderTest {
  @Test
  void groupsIdenticalDevicesTogether() {
    List<Device> alike = alike(5, 0.1);
    for (double threshold : new double[] {1e-9, 0.1, 1}) {
      assertEquals(1, new FollowTheLeader(alike).group(threshold, 0).size());
    }
  }

  @Test
  void givesSingletonsWithoutATargetAndAThreshold() {
    assertEquals(5, new FollowTheLeader(alike(5, 0.1)).group(0, 0).size());
  }

  @Test
  void separatesFastFromSlowBoards() {
    Grouping grouping = new FollowTheLeader(twoFastTwoSlow()).group(0.2, 0);
    assertEquals(
        List.of(List.of("f0", "f1"), List.of("s0", "s1")), ids(twoFastTwoSlow(), grouping));
  }

  @Test
  void theStrongestLeadsItsGroup() {
    Grouping grouping = new FollowTheLeader(twoFastTwoSlow()).group(10, 0);
    assertEquals("f0", ids(twoFastTwoSlow(), grouping).get(0).get(0));
  }

  @Test
  void joinsTheNearestLeaderNotTheFirst() {
    List<Device> devices = List.of(compute("a", 10), compute("b", 6), compute("c", 5));
    Grouping grouping = new FollowTheLeader(devices).group(0.51, 0);
    assertEquals(List.of(List.of("a", "b", "c")), ids(devices, grouping));
    grouping = new FollowTheLeader(devices).group(0.39, 0);
    assertEquals(List.of(List.of("a"), List.of("b", "c")), ids(devices, grouping));
  }

  @Test
  void repairMovesASpareDeviceToTheWeakGroup() {
    List<Device> devices =
        List.of(compute("a", 10), compute("b", 10), compute("c", 9.9), compute("d", 2));
    Grouping grouping = new FollowTheLeader(devices).group(0.05, 0.98);
    assertEquals(List.of(List.of("a", "b"), List.of("d", "c")), ids(devices, grouping));
  }

  @Test
  void repairMergesWhereNobodyCanSpare() {
    List<Device> devices = List.of(compute("a", 10), compute("b", 5), compute("c", 1));
    Grouping grouping = new FollowTheLeader(devices).group(0, 0.98);
    assertEquals(1, grouping.size());
    assertTrue(meets(devices, grouping, 0.98));
  }

  @Test
  void leavesOneGroupWhereTheTargetCannotBeMet() {
    Grouping grouping = new FollowTheLeader(alike(3, 0.5)).group(0, 0.999);
    assertEquals(1, grouping.size());
    assertFalse(meets(alike(3, 0.5), grouping, 0.999));
  }

  @Test
  void sweepsForTheWantedNumberOfGroups() {
    for (Grouping grouping : new FollowTheLeader(twoFastTwoSlow()).sweep(2, 0)) {
      assertEquals(2, grouping.size());
    }
    assertTrue(
        new FollowTheLeader(twoFastTwoSlow())
            .sweep(2, 0).stream()
                .anyMatch(
                    g ->
                        ids(twoFastTwoSlow(), g)
                            .equals(List.of(List.of("f0", "f1"), List.of("s0", "s1")))));
  }

  @Test
  void cutsAlikeDevicesEvenly() {
    List<Grouping> found = new FollowTheLeader(alike(8, 0.1)).sweep(4, 0.98);
    assertTrue(
        found.stream().anyMatch(g -> g.groups().stream().allMatch(group -> group.length == 2)));
  }

  @Test
  void refusesMoreGroupsThanDevices() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> new FollowTheLeader(alike(2, 0.1)).sweep(3, 0));
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
        devices, new FollowTheLeader(devices).group(random.nextDouble(), target), "seed " + seed);
    int wanted = 1 + random.nextInt(devices.size());
    for (Grouping grouping : new FollowTheLeader(devices).sweep(wanted, target)) {
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
    Grouping grouping = new FollowTheLeader(devices).group(random.nextDouble(), target);
    assertTrue(
        meets(devices, grouping, target) || grouping.size() == 1, "seed " + seed + " " + grouping);
    if (!meets(devices, grouping, target)) {
      assertFalse(meets(List.of(devices), target), "seed " + seed);
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
        ids(devices, new FollowTheLeader(devices).group(threshold, 0.95)),
        ids(shuffled, new FollowTheLeader(shuffled).group(threshold, 0.95)),
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
    List<Grouping> found = new FollowTheLeader(devices).sweep(wanted, 0.99);
    found.forEach(grouping -> assertPartitions(devices, grouping, "100 devices"));
  }

  private static void assertPartitions(List<Device> devices, Grouping grouping, String message) {
    List<Device> grouped = new ArrayList<>();
    for (List<Device> group : boards(devices, grouping)) {
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

  private static boolean meets(List<Device> devices, Grouping grouping, double target) {
    return meets(boards(devices, grouping), target);
  }

  private static boolean meets(List<List<Device>> groups, double target) {
    return groups.stream()
        .allMatch(
            group ->
                Reliability.meets(
                    group.stream()
                        .mapToDouble(Device::failureProbability)
                        .reduce(1, (a, b) -> a * b),
                    target));
  }

  private static List<List<Device>> boards(List<Device> devices, Grouping grouping) {
    return grouping.groups().stream()
        .map(group -> IntStream.of(group).mapToObj(devices::get).toList())
        .toList();
  }

  private static List<List<String>> ids(List<Device> devices, Grouping grouping) {
    return boards(devices, grouping).stream()
        .map(group -> group.stream().map(Device::id).toList())
        .toList();
  }
}
