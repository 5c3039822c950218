package io.coterie.hub.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.hub.simulation.Faults.Kind;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Rollout;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Everything that decides in a fleet, in virtual time, whatever fails. {@code
 * -Dcoterie.seeds=10000} runs so many, {@code -Dcoterie.seed=N} only that one.
 */
final class SimulationTest {
  /** What happened over all seeds: a simulation in which nothing happens shows nothing. */
  private static final class Tally {
    private final Map<Kind, Integer> faults = new EnumMap<>(Kind.class);
    private long seeds;
    private long frames;
    private long atTheStandby;
    private long amidARestart;
    private long sentIntoACut;
    private long answeredTwice;
    private long late;

    void add(Run run) {
      seeds++;
      run.faults.counts().forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
      frames += run.frames().size();
      atTheStandby += run.atTheStandby().size();
      amidARestart += run.amidARestart().size();
      sentIntoACut += run.sentIntoACut().size();
      answeredTwice += run.answeredTwice().size();
      late += run.late().size();
    }

    Map<String, String> text() {
      return Map.of(
          "seeds", Long.toString(seeds),
          "faults", faults.toString(),
          "frames", Long.toString(frames),
          "at the standby hub", Long.toString(atTheStandby),
          "amid a broker's restart", Long.toString(amidARestart),
          "sent into a cut", Long.toString(sentIntoACut),
          "answered twice", Long.toString(answeredTwice),
          "late", Long.toString(late));
    }
  }

  @Test
  void everyFrameHasOneResultWhateverFailsAlone(TestReporter reporter) {
    Tally tally =
        overSeeds(
            run -> {
              run.oneFaultAtATime(6);
              assertEquals(List.of(), run.unheard(), "when the standby sent its clients home");
            });
    reporter.publishEntry(tally.text());
    assertTrue(tally.faults.size() == Kind.values().length, tally.faults.toString());
    assertTrue(tally.frames > 150 * tally.seeds, "frames " + tally.frames);
    assertTrue(tally.atTheStandby > 5 * tally.seeds, "at the standby hub " + tally.atTheStandby);
    assertTrue(tally.sentIntoACut < 0.0005 * tally.frames, "cut " + tally.sentIntoACut);
  }

  @Test
  void fleetsSettleWhateverFailsTogether(TestReporter reporter) {
    Tally tally = overSeeds(run -> run.overlappingFaults(15));
    reporter.publishEntry(tally.text());
    assertTrue(tally.answeredTwice < 0.01 * tally.frames, "twice " + tally.answeredTwice);
  }

  @Test
  void rollOutsEndOneWayOrTheOtherWhateverFails(TestReporter reporter) {
    Map<String, Integer> ends = new TreeMap<>();
    Tally tally =
        overSeeds(
            run -> {
              run.rollOutAmidFaults(5);
              ends.merge(end(run.fleet), 1, Integer::sum);
            });
    reporter.publishEntry(tally.text());
    reporter.publishEntry("ends", ends.toString());
    assertEquals(Set.of("returned", "rolled out"), ends.keySet());
    assertTrue(ends.get("rolled out") > 0.5 * tally.seeds, ends.toString());
  }

  private static String end(SimulatedFleet fleet) {
    PlanMessage plan = fleet.leader().orElseThrow().plans().get(SimulatedFleet.DEPLOYMENT);
    if (plan.rollout() == null) {
      assertEquals(fleet.next.bundle(), plan.bundle());
      return "rolled out";
    }
    assertEquals(Rollout.Stage.RETURNED, plan.rollout().stage(), plan.rollout().toString());
    assertEquals(fleet.spec.bundle(), plan.bundle());
    return "returned";
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 7})
  void theSameSeedIsTheSameHistory(long seed) {
    List<String> histories = LongStream.range(0, 2).mapToObj(i -> historyOf(seed)).toList();
    assertTrue(histories.get(0).lines().count() > 100, histories.get(0));
    assertEquals(histories.get(0), histories.get(1));
  }

  private static String historyOf(long seed) {
    Run run = new Run(seed);
    run.overlappingFaults(15);
    return String.join("\n", run.fleet.history.lines());
  }

  private static Tally overSeeds(Consumer<Run> course) {
    Long only = Long.getLong("coterie.seed");
    long seeds = Long.getLong("coterie.seeds", 100);
    Tally tally = new Tally();
    (only == null ? LongStream.range(0, seeds) : LongStream.of(only))
        .forEach(seed -> tally.add(run(seed, course)));
    return tally;
  }

  private static Run run(long seed, Consumer<Run> course) {
    Run run = new Run(seed);
    try {
      course.accept(run);
      assertEquals(List.of(), run.wrong());
      assertEquals(List.of(), run.brokenPromises(), "of the hub's own broker");
      return run;
    } catch (RuntimeException | AssertionError e) {
      String history = String.join("\n", run.fleet.history.lines());
      throw new AssertionError(
          "again with -Dcoterie.seed=" + seed + ": " + e.getMessage() + "\n" + history, e);
    }
  }
}
