package io.coterie.agent.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.PipelineRule;
import io.coterie.protocol.message.Report;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fleets of up to 100 boards that crash and come back while messages get lost, doubled, late and
 * overtake each other: every frame gets exactly one result.
 */
final class PipelineSimulationTest {
  private static final long DEADLINE_MS = 800;
  private static final int MOST = 64;
  private static final SimulatedPipelineFleet.Hops BAD =
      new SimulatedPipelineFleet.Hops(0.3, 4, 0.02, 0.03, 0.05, 60);

  /** What happened over all seeds: a simulation in which nothing happens shows nothing. */
  private static final class Tally {
    private long frames;
    private long crashes;
    private long reoffered;
    private long offloaded;
    private final Map<String, Long> outcomes = new LinkedHashMap<>();
  }

  @Test
  void answersEveryFrameOnceWhateverHappensToAHundredBoards() {
    Tally tally = new Tally();
    for (long seed = 0; seed < 1000; seed++) {
      run(seed, 100, sparse(100, 6), tally);
    }
    assertTrue(tally.crashes > 1000 && tally.offloaded > 10_000 && tally.reoffered > 50);
    assertTrue(tally.outcomes.get("OK") > 0.9 * tally.frames);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 9})
  void answersEveryFrameOnceInSmallMeshes(int boards) {
    Tally tally = new Tally();
    for (long seed = 0; seed < 200; seed++) {
      run(seed, boards, SimulatedPipelineFleet.MESH, tally);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 7, 20})
  void answersEveryFrameOnceInRings(int boards) {
    Tally tally = new Tally();
    for (long seed = 0; seed < 200; seed++) {
      run(seed, boards, SimulatedPipelineFleet.RING, tally);
    }
  }

  @Test
  void losesNoTaskWithTheBoardThatHasIt() {
    long reoffered = 0;
    for (long seed = 0; seed < 100; seed++) {
      String name = "seed=" + seed;
      SimulatedPipeline sim =
          new SimulatedPipeline(patient(seed), seed, report -> assertBounded(report, name));
      for (int i = 0; i < 50; i++) {
        sim.at(5 + 20 * i, () -> sim.publish(false));
      }
      for (int board = 2; board < 5; board++) {
        int victim = board;
        sim.at(1000 * sim.random().nextDouble(), () -> sim.crash(victim, 50));
      }
      sim.runTo(30_000);
      assertEquals(50, sim.responses().size(), name);
      for (List<SimulatedPipeline.Response> responses : sim.responses().values()) {
        PipelineResult result = responses.get(0).answered();
        double tookMs = responses.get(0).atMs() - result.openedNs() / 1e6;
        // The source would begin once more after 10 s.
        assertTrue(result.status() == Outcome.OK && tookMs < 9000, () -> name + " " + responses);
      }
      reoffered += sim.source().reoffered();
    }
    assertTrue(reoffered > 100, "reoffered=" + reoffered);
  }

  /** Six boards on a good network with frames that have time. */
  private static SimulatedPipelineFleet patient(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return new SimulatedPipelineFleet(
        Pipelines.of(4000, 20_000, 16_000, 24_000),
        IntStream.range(0, 6).mapToObj(i -> 0.5 + random.nextDouble()).toList(),
        Collections.nCopies(6, List.of(1, 2, 3, 4)),
        SimulatedPipelineFleet.MESH,
        Pipelines.fixed(0.2),
        Pipelines.rule(PipelineRule.Admission.THRESHOLD),
        20_000,
        SimulatedPipelineFleet.Hops.GOOD,
        0);
  }

  /** Every board has so many neighbours, all of them mutual. */
  private static SimulatedPipelineFleet.Topology sparse(int boards, int degree) {
    int[] steps = IntStream.rangeClosed(1, degree / 2).map(i -> i * i * i % boards).toArray();
    return (a, b, n) ->
        IntStream.of(steps).anyMatch(step -> (a + step) % n == b || (b + step) % n == a);
  }

  private static void run(
      long seed, int boards, SimulatedPipelineFleet.Topology topology, Tally tally) {
    String name = "seed=" + seed + " boards=" + boards;
    SplittableRandom random = new SplittableRandom(seed);
    SimulatedPipeline sim =
        new SimulatedPipeline(
            fleet(boards, topology, random), seed, report -> assertBounded(report, name));
    List<FrameKey> frames = new ArrayList<>();
    double endMs = 500 + 1500 * random.nextDouble();
    int count = 30 + random.nextInt(31);
    for (int i = 0; i < count; i++) {
      boolean doubled = random.nextDouble() < 0.05;
      sim.at(5 + (endMs - 5) * random.nextDouble(), () -> frames.add(sim.publish(doubled)));
    }
    int crashes = random.nextInt(2 + boards / 5);
    for (int i = 0; i < crashes; i++) {
      int victim = victim(boards, topology, random);
      double atMs = endMs * random.nextDouble();
      sim.at(atMs, () -> crash(sim, victim, tally));
    }
    sim.runTo(endMs + 4 * DEADLINE_MS);
    verify(sim, frames, name, tally);
  }

  private static SimulatedPipelineFleet fleet(
      int boards, SimulatedPipelineFleet.Topology topology, SplittableRandom random) {
    PipelineRule.Admission admission =
        random.nextBoolean() ? PipelineRule.Admission.RATE : PipelineRule.Admission.THRESHOLD;
    PipelineRule.Queues queues = new PipelineRule.Queues(8, 6, 18, MOST, 0.2, 0.1, 250);
    return new SimulatedPipelineFleet(
        Pipelines.of(4000, 20_000, 16_000, 24_000),
        IntStream.range(0, boards).mapToObj(i -> 0.2 + 1.8 * random.nextDouble()).toList(),
        IntStream.range(0, boards).mapToObj(i -> segments(i, random)).toList(),
        topology,
        Pipelines.fixed(0.5 * random.nextDouble()),
        new PipelineRule(null, null, null, null, admission, queues),
        DEADLINE_MS,
        BAD,
        0.002);
  }

  /** Often the source, the standby or a board that the source hands to. */
  private static int victim(
      int boards, SimulatedPipelineFleet.Topology topology, SplittableRandom random) {
    List<Integer> near =
        IntStream.range(0, boards)
            .filter(i -> i < 2 || topology.joins(0, i, boards))
            .boxed()
            .toList();
    return random.nextBoolean() ? near.get(random.nextInt(near.size())) : random.nextInt(boards);
  }

  private static void crash(SimulatedPipeline sim, int victim, Tally tally) {
    if (!sim.mayCrash(victim)) {
      return;
    }
    tally.crashes++;
    double noticedMs = 10 + 90 * sim.random().nextDouble();
    sim.crash(victim, noticedMs);
    double backMs = sim.nowMs() + noticedMs + 200 * sim.random().nextDouble();
    sim.at(backMs, () -> sim.restart(victim, 10 + 90 * sim.random().nextDouble()));
  }

  /** The first boards hold everything: sources and standbys need segment 1. */
  private static List<Integer> segments(int board, SplittableRandom random) {
    if (board < 2 || random.nextInt(3) > 0) {
      return List.of(1, 2, 3, 4);
    }
    int from = 1 + random.nextInt(4);
    int to = from + random.nextInt(5 - from);
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  private static void assertBounded(Report.PipelineReport report, String name) {
    // Admitted frames, their restarts, and what others hand over up to the limit.
    assertTrue(report.queued() + report.outgoing() <= 4 * MOST, () -> name + " " + report);
    assertTrue(report.handed() <= 4 * MOST, () -> name + " " + report);
  }

  private static void verify(
      SimulatedPipeline sim, List<FrameKey> frames, String name, Tally tally) {
    for (FrameKey key : frames) {
      List<SimulatedPipeline.Response> responses = sim.responses().getOrDefault(key, List.of());
      assertEquals(1, responses.size(), () -> name + " " + key + " " + responses);
      PipelineResult result = responses.get(0).answered();
      tally.outcomes.merge(result.status().name(), 1L, Long::sum);
    }
    tally.frames += frames.size();
    for (Report.PipelineReport report : sim.reports()) {
      int left = report.queued() + report.outgoing() + report.handed();
      assertEquals(0, left, () -> name + " " + report);
      tally.reoffered += report.reoffered();
      tally.offloaded += report.offloaded();
    }
  }
}
