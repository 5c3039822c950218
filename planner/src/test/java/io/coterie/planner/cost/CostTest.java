package io.coterie.planner.cost;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.cost.CostModel.Measurement;
import io.coterie.protocol.bundle.Digest;
import io.coterie.protocol.bundle.ModelFile;
import io.coterie.protocol.bundle.Partition;
import io.coterie.protocol.bundle.Student;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostTest {
  private static final double EXACT = 1e-12;
  private static final Device DEVICE = new Device("a", 1e6, 1000, 3200, 0.1);
  private static final Student STUDENT =
      new Student("s", new ModelFile("s.onnx", Digest.of(new byte[0]), 1), 1, 2_000_000, 500);
  private static final Partition PARTITION = new Partition(List.of(0, 1), List.of(STUDENT));

  @Test
  void addsComputeAndLinkTime() {
    double seconds = CostModel.unmeasured().portionSeconds(DEVICE, PARTITION, STUDENT);
    assertEquals(2.0 + 64.0 / 3200, seconds, EXACT);
  }

  @Test
  void prefersAMeasuredLatencyToTheModelledOne() {
    Measurement what = new Measurement("a", STUDENT.digest());
    CostModel costs = new CostModel(Map.of(what, 0.5));
    double link = costs.portionSeconds(DEVICE, PARTITION, STUDENT) - 0.5;
    double asBytes = costs.withBitsPerValue(8).portionSeconds(DEVICE, PARTITION, STUDENT) - 0.5;
    assertEquals(link / 4, asBytes, 1e-12);
    assertEquals(0.5 + 0.02, costs.portionSeconds(DEVICE, PARTITION, STUDENT), EXACT);
    Device other = new Device("b", 1e6, 1000, 3200, 0.1);
    assertEquals(2.02, costs.portionSeconds(other, PARTITION, STUDENT), EXACT);
  }

  @Test
  void readsAGroupsLatencyInThreeWays() {
    double[] seconds = {3, 1, 2};
    double[] fails = {0.5, 0.1, 0.2};
    assertEquals(3, LatencyReading.ALL.seconds(seconds, fails), EXACT);
    assertEquals(1, LatencyReading.FIRST.seconds(seconds, fails), EXACT);
    double expected = (1 * 0.9 + 2 * 0.8 * 0.1 + 3 * 0.5 * 0.02) / (1 - 0.01);
    assertEquals(expected, LatencyReading.EXPECTED.seconds(seconds, fails), EXACT);
  }

  @Test
  void readsTheOnlyMembersLatencyInEveryWay() {
    double[] none = {};
    for (LatencyReading reading : LatencyReading.values()) {
      assertEquals(7, reading.seconds(new double[] {7}, new double[] {0.3}), EXACT, reading.name());
      assertEquals(0, reading.seconds(none, none), EXACT, reading.name());
    }
  }

  @Test
  void comparesSuccessWithTheTarget() {
    assertTrue(Reliability.meets(0.1 * 0.2, 0.98));
    assertFalse(Reliability.meets(0.1 * 0.2, 0.9801));
    assertFalse(Reliability.meets(1, 0.5));
  }

  @Test
  void weighsEveryPatternOfPresentPortions() {
    double[] fails = {0.1, 0.2};
    double[] present = Reliability.presentDistribution(2, new int[] {0b01, 0b10}, fails);
    assertEquals(0.1 * 0.2, present[0b00], EXACT);
    assertEquals(0.9 * 0.2, present[0b01], EXACT);
    assertEquals(0.1 * 0.8, present[0b10], EXACT);
    assertEquals(0.9 * 0.8, present[0b11], EXACT);
  }

  @Test
  void losesTogetherWhatOneBoardHosts() {
    double[] present =
        Reliability.presentDistribution(2, new int[] {0b11, 0}, new double[] {0.1, 0.5});
    assertEquals(0.1, present[0b00], EXACT);
    assertEquals(0, present[0b01] + present[0b10], EXACT);
    assertEquals(0.9, present[0b11], EXACT);
  }

  @Test
  void boardsWithTheSamePartitionsCountAsOne() {
    int[] hosted = {0b011, 0b110, 0b011, 0b100};
    double[] fails = {0.1, 0.2, 0.3, 0.4};
    double[] present = Reliability.presentDistribution(3, hosted, fails);
    double[] oneByOne = new double[8];
    oneByOne[0] = 1;
    for (int board = 0; board < hosted.length; board++) {
      Reliability.add(oneByOne, hosted[board], fails[board]);
    }
    assertArrayEquals(oneByOne, present, EXACT);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1, 1, 0.1, flopsPerSecond",
    "1, -1, 1, 0.1, memoryBytes",
    "1, 1, 0, 0.1, uplinkBitsPerSecond",
    "1, 1, 1, 1, failureProbability",
    "1, 1, 1, -0.1, failureProbability",
    "NaN, 1, 1, 0.1, flopsPerSecond",
    "-5, 1, 1, 0.1, flopsPerSecond",
    "1, 1, NaN, 0.1, uplinkBitsPerSecond",
    "1, 1, -1, 0.1, uplinkBitsPerSecond",
    "1, 1, Infinity, 0.1, uplinkBitsPerSecond",
    "1, 1, 1, NaN, failureProbability",
    "1, 1, 1, 1.5, failureProbability",
    "Infinity, 1, 1, 0.1, flopsPerSecond"
  })
  void refusesImpossibleBoardsByName(
      double flops, long memory, double uplink, double fails, String field) {
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> new Device("pi-1", flops, memory, uplink, fails));
    assertTrue(thrown.getMessage().contains(field), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("pi-1"), thrown.getMessage());
  }
}
