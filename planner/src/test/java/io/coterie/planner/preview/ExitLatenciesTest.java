package io.coterie.planner.preview;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.planner.placement.Plan;
import io.coterie.planner.placement.Plan.MatchingValues;
import io.coterie.planner.placement.Plan.PlannedPartition;
import io.coterie.planner.placement.Plan.Verdict;
import io.coterie.protocol.bundle.ExitBundles;
import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Partitioning;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ExitLatenciesTest {
  private final Partitioning partitioning = ExitBundles.manifest().partitionings().get(0);
  private final ExitLatencies latencies = latencies(ExitPolicy.ENTROPY);

  private ExitLatencies latencies(ExitPolicy policy) {
    return ExitLatencies.of(
        plan(
            0.06,
            new PlannedPartition(0, "large", "", List.of("a"), 0.02, 1),
            new PlannedPartition(1, "small", "", List.of("b"), 0.06, 1)),
        partitioning,
        policy);
  }

  @Test
  void sharesThePlansLatencyOutByTheSlowestStudentsWork() {
    assertEquals(3, latencies.ms().size());
    assertEquals(10, latencies.ms().get(0), 1e-9);
    assertEquals(30, latencies.ms().get(1), 1e-9);
    assertEquals(60, latencies.ms().get(2), 1e-9);
  }

  @Test
  void saysWhichExitsReachTheTarget() {
    assertTrue(latencies.reach(30.1));
    assertEquals(
        "latency target 31 ms: exit 1 after 10.00 ms reaches it, exit 2 after 30.00 ms reaches it,"
            + " exit 3 after 60.00 ms does not",
        latencies.line(31));
  }

  @Test
  void saysWhatCanBeReached() {
    assertFalse(latencies.reach(5));
    assertEquals(
        "latency target 5 ms: no exit reaches it; the nearest reachable is 10.00 ms, of exit 1:"
            + " give --latency-target 10ms or more, or faster boards",
        latencies.unreachable(5));
  }

  @Test
  void leavesOutTheExitsWhereThePolicyCannotAnswer() {
    ExitLatencies compared = latencies(ExitPolicy.FEATURE_DIFFERENCE);
    assertFalse(compared.reach(29));
    assertTrue(compared.reach(30.1));
    assertTrue(compared.line(31).startsWith("latency target 31 ms: exit 2 after"), "line");
    assertTrue(compared.unreachable(5).contains("30.00 ms, of exit 2"), "unreachable");
  }

  @Test
  void knowsThatNothingRuns() {
    ExitLatencies none = ExitLatencies.of(Plan.NONE, partitioning, ExitPolicy.ENTROPY);
    assertFalse(none.reach(1e9));
    assertTrue(none.unreachable(5).endsWith("nothing runs that could reach it"));
  }

  private static Plan plan(double latencySeconds, PlannedPartition... partitions) {
    return new Plan(
        Verdict.COMPLETE,
        2,
        List.of(partitions),
        latencySeconds,
        1,
        1,
        MatchingValues.NONE,
        List.of(),
        List.of(),
        List.of());
  }
}
