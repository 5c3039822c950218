package io.coterie.protocol.bundle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ExitTableTest {
  private static final ExitTable TABLE =
      table(point(0, 0.90), point(0.1, 0.895), point(0.2, 0.88), point(0.3, 0.901));

  @Test
  void givesThePointsWithinTheBudget() {
    assertEquals(List.of(0.0, 0.3), thresholds(0));
    assertEquals(List.of(0.0, 0.1, 0.3), thresholds(0.005));
    assertEquals(List.of(0.0, 0.1, 0.2, 0.3), thresholds(0.02));
    assertEquals(List.of(0.0, 0.1, 0.2, 0.3), thresholds(1));
  }

  @Test
  void runsAllFramesToTheEndAtItsFirstPoint() {
    assertEquals(0, TABLE.toTheEnd().threshold());
  }

  @Test
  void knowsTheExpectedExit() {
    OperatingPoint point = new OperatingPoint(0.1, 0.9, 0.9, 0.5, List.of(0.5, 0.25, 0.25));
    assertEquals(1.75, point.expectedExit(), 1e-9);
  }

  @Test
  void refusesTablesThatAreNone() {
    assertThrows(IllegalArgumentException.class, () -> table());
    assertThrows(IllegalArgumentException.class, () -> table(point(0.1, 0.9)));
    assertThrows(IllegalArgumentException.class, () -> table(point(0, 0.9), point(0, 0.9)));
    assertThrows(IllegalArgumentException.class, () -> table(point(0, 0.9), point(2.1, 0.9)));
  }

  @Test
  void refusesPartsThatAreNotTheWhole() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new OperatingPoint(0, 0.9, 0.9, 1, List.of(0.5, 0.4)));
  }

  private static List<Double> thresholds(double budget) {
    return TABLE.within(budget).stream().map(OperatingPoint::threshold).toList();
  }

  private static ExitTable table(OperatingPoint... points) {
    return new ExitTable(ExitPolicy.FEATURE_DIFFERENCE, "small", List.of(points));
  }

  private static OperatingPoint point(double threshold, double validation) {
    return new OperatingPoint(threshold, validation, validation, 1, List.of(0.0, 1.0));
  }
}
