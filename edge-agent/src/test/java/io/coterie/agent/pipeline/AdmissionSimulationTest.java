package io.coterie.agent.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.Report;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the source lets in, in virtual time: after the load changes, its queues come to rest between
 * {@value #LOW} and {@value #HIGH} tasks, and the fleet is used.
 */
final class AdmissionSimulationTest {
  private static final int LOW = 10;
  private static final int HIGH = 30;
  private static final double SETTLED_S = 10;
  private static final long[] FLOPS = {4000, 8000, 8000};
  private static final long LONG_DEADLINE_MS = 60_000;

  private static SimulatedPipelineFleet fleet(
      List<Double> speeds,
      SimulatedPipelineFleet.Topology topology,
      ExitRule exitRule,
      PipelineRule.Admission admission,
      long deadlineMs) {
    return new SimulatedPipelineFleet(
        Pipelines.of(FLOPS),
        speeds,
        Collections.nCopies(speeds.size(), List.of(1, 2, 3)),
        topology,
        exitRule,
        Pipelines.rule(admission),
        deadlineMs,
        SimulatedPipelineFleet.Hops.GOOD,
        0);
  }

  /** Frames per second that a fleet could serve at best. */
  private static double capacity(List<Double> speeds, double threshold) {
    double all = LongStream.of(FLOPS).sum() * Pipelines.computation(threshold, FLOPS);
    double sum = speeds.stream().mapToDouble(Double::doubleValue).sum();
    return 1e6 * sum / all;
  }

  /**
   * Fleets, their threshold and the part of their capacity that must be used. Where a fast board is
   * joined to slow ones only, they keep tasks that it could compute.
   */
  static Stream<Arguments> fleets() {
    SimulatedPipelineFleet.Topology mesh = SimulatedPipelineFleet.MESH;
    return Stream.of(
        Arguments.of("one", List.of(1.0), mesh, 0.0, 0.9),
        Arguments.of("one, random exits", List.of(1.0), mesh, 0.4, 0.9),
        Arguments.of("one, slow", List.of(0.2), mesh, 0.0, 0.9),
        Arguments.of("two", List.of(1.0, 1.0), mesh, 0.0, 0.9),
        Arguments.of("two, random exits", List.of(1.0, 1.0), mesh, 0.4, 0.9),
        Arguments.of("two, slow", List.of(0.2, 0.1), mesh, 0.4, 0.9),
        Arguments.of("two, unequal", List.of(1.0, 0.5), mesh, 0.0, 0.9),
        Arguments.of("two, slow source", List.of(1.0, 2.0), mesh, 0.0, 0.9),
        Arguments.of("three", List.of(1.0, 1.0, 1.0), mesh, 0.0, 0.9),
        Arguments.of("three, unequal", List.of(1.0, 0.5, 0.25), mesh, 0.4, 0.9),
        Arguments.of(
            "ring of three", List.of(1.0, 0.6, 0.8), SimulatedPipelineFleet.RING, 0.0, 0.9),
        Arguments.of(
            "ring of four", List.of(1.0, 0.6, 0.8, 0.3), SimulatedPipelineFleet.RING, 0.0, 0.75),
        Arguments.of("five", List.of(1.0, 1.0, 1.0, 1.0, 1.0), mesh, 0.0, 0.9),
        Arguments.of("five, unequal", List.of(1.0, 0.5, 0.7, 0.4, 0.9), mesh, 0.0, 0.9));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("fleets")
  void rateComesToRestAfterEveryChangeOfTheLoad(
      String name,
      List<Double> speeds,
      SimulatedPipelineFleet.Topology topology,
      double threshold,
      double used) {
    SimulatedPipelineFleet fleet =
        fleet(
            speeds,
            topology,
            Pipelines.fixed(threshold),
            PipelineRule.Admission.RATE,
            LONG_DEADLINE_MS);
    double capacity = capacity(speeds, threshold);
    for (long seed = 0; seed < 3; seed++) {
      String what = name + " seed=" + seed;
      Trial trial = new Trial(fleet, seed);
      trial.sim().offer(0.5 * capacity, 9_900);
      trial.runTo(10);
      assertEquals(0, trial.rejected(0, 10), what + ": below capacity");
      trial.sim().offer(3 * capacity, 25_000);
      trial.runTo(35);
      assertSettles(trial, 10, 35, used * capacity, what + ": load x 6");
      double left = capacity;
      if (speeds.size() > 1) {
        trial.sim().offer(3 * capacity, 25_000);
        trial.sim().crash(speeds.size() - 1, 50);
        trial.runTo(60);
        left = capacity(speeds.subList(0, speeds.size() - 1), threshold);
        assertSettles(trial, 35, 60, used * left, what + ": one lost");
      }
      double downS = trial.sim().nowMs() / 1000;
      trial.sim().offer(0.5 * left, 15_000);
      trial.runTo(downS + 15);
      assertEquals(0, trial.rejected(downS + 2, downS + 15), what + ": below capacity again");
      assertTrue(trial.meanQueue(downS + 2, downS + 15) < LOW, what);
    }
  }

  private static void assertSettles(
      Trial trial, double fromS, double toS, double leastPerSecond, String what) {
    double settledS = trial.settledAfterS(fromS, toS);
    double inBand = trial.inBand(fromS + SETTLED_S, toS);
    double admitted = trial.admittedPerSecond(fromS + SETTLED_S, toS);
    assertTrue(settledS <= SETTLED_S, what + ": settled after " + settledS + " s");
    assertTrue(inBand > 0.85, what + ": in the band for " + inBand + " of the time");
    assertTrue(admitted >= leastPerSecond, what + ": admitted " + admitted + "/s");
    assertTrue(trial.peak(fromS, toS) < 3 * HIGH, what);
  }

  @Test
  void rateGrowsWithEveryBoard() {
    double before = 0;
    for (int boards = 1; boards <= 5; boards++) {
      SimulatedPipelineFleet fleet =
          fleet(
              Collections.nCopies(boards, 1.0),
              SimulatedPipelineFleet.MESH,
              Pipelines.fixed(0.0),
              PipelineRule.Admission.RATE,
              LONG_DEADLINE_MS);
      Trial trial = new Trial(fleet, boards);
      trial.sim().offer(400, 25_000);
      trial.runTo(25);
      double rate = trial.admittedPerSecond(10, 25);
      assertTrue(rate > before + 40, boards + " boards: " + rate + " after " + before);
      before = rate;
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {500, 1000, 2000})
  void admittedFramesAreInTimeWhateverTheDeadline(long deadlineMs) {
    SimulatedPipelineFleet fleet =
        fleet(
            List.of(0.4, 0.4),
            SimulatedPipelineFleet.MESH,
            Pipelines.fixed(0.0),
            PipelineRule.Admission.RATE,
            deadlineMs);
    Trial trial = new Trial(fleet, 1);
    trial.sim().offer(120, 30_000);
    trial.runTo(31);
    Report.Intake intake = trial.sim().source().source();
    long ok =
        trial.sim().responses().values().stream()
            .filter(all -> all.get(0).answered().status().name().equals("OK"))
            .count();
    assertTrue(ok > 0.95 * intake.admitted(), ok + " of " + intake);
    assertTrue(ok / 30.0 > 0.85 * capacity(List.of(0.4, 0.4), 0), ok + " of " + intake);
  }

  static Stream<Arguments> overloads() {
    SimulatedPipelineFleet.Topology mesh = SimulatedPipelineFleet.MESH;
    return Stream.of(
        Arguments.of("one", List.of(1.0), mesh, 1.5),
        Arguments.of("one, slow", List.of(0.2), mesh, 1.5),
        Arguments.of("two", List.of(1.0, 1.0), mesh, 1.5),
        Arguments.of("two, unequal", List.of(1.0, 0.5), mesh, 2.0),
        Arguments.of("three", List.of(1.0, 1.0, 1.0), mesh, 1.5),
        Arguments.of("ring of four", List.of(1.0, 0.6, 0.3, 0.8), SimulatedPipelineFleet.RING, 1.3),
        Arguments.of("five", List.of(1.0, 0.5, 0.7, 0.4, 0.9), mesh, 1.3));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("overloads")
  void thresholdFollowsTheLoad(
      String name, List<Double> speeds, SimulatedPipelineFleet.Topology topology, double overload) {
    for (long seed = 0; seed < 3; seed++) {
      String what = name + " seed=" + seed;
      double capacity = capacity(speeds, 0);
      SimulatedPipelineFleet fleet =
          fleet(
              speeds,
              topology,
              Pipelines.fixed(0.9),
              PipelineRule.Admission.THRESHOLD,
              LONG_DEADLINE_MS);
      Trial trial = new Trial(fleet, seed);
      trial.sim().offer(0.5 * capacity, 15_000);
      trial.runTo(15);
      trial.sim().offer(overload * capacity, 30_000);
      trial.runTo(45);
      trial.sim().offer(0.5 * capacity, 20_000);
      trial.runTo(65);

      double needed = threshold(1 / overload);
      double mean = trial.meanThreshold(25, 45);
      assertEquals(0, trial.meanThreshold(10, 15), 0.01, what + ": below capacity");
      assertEquals(needed, mean, 0.06, what + ": above capacity");
      double queue = trial.meanQueue(25, 45);
      assertTrue(queue >= LOW && queue <= HIGH, what + ": " + queue);
      assertTrue(trial.inBand(25, 45) > 0.8, what + ": " + trial.inBand(25, 45));
      assertEquals(0, trial.meanThreshold(60, 65), 0.01, what + ": below capacity again");
      assertEquals(0, trial.rejected(0, 65), what);
    }
  }

  /** The threshold at which a frame takes so much of the computation. */
  private static double threshold(double computation) {
    double threshold = 0;
    while (Pipelines.computation(threshold, FLOPS) > computation) {
      threshold += 0.001;
    }
    return threshold;
  }
}
