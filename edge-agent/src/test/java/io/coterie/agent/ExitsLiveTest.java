package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.ExitPolicy;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Control;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.message.StudentRole;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two agents, a board with both partitions' students and a fuser, with graphs that run: from a
 * frame on the input topic to its result. The portions of the frame (0, 1) are (0, 1), (0, 2) and
 * (0, 4) at the exits, and so are the logits.
 */
@Tag("broker")
@Timeout(120)
final class ExitsLiveTest {
  private static final TinyBundle BUNDLE = new TinyBundle();
  private static final long DEADLINE_MS = 30_000;

  @TempDir Path folder;
  private LiveFleet fleet;
  private long epoch;

  @BeforeEach
  void start() throws Exception {
    fleet = new LiveFleet(folder, BUNDLE, "board", "fuser");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void answersAtTheLastExitWhereNoneBeforeIsGoodEnough() throws Exception {
    deploy(Strategy.DISTREE, new ExitRule(null, 0.0, 0, null, null));
    Result result = answer("f");
    assertEquals(Outcome.OK, result.status());
    assertEquals(3, result.exit());
    assertEquals("yes", result.label());
    assertEquals(1 / (1 + Math.exp(-4)), result.confidence(), 1e-6);
    assertEquals(0, fleet.controls.size());
  }

  @Test
  void answersAtTheFirstExitWhereThatIsGoodEnough() throws Exception {
    deploy(
        Strategy.DISTREE, new ExitRule(ExitPolicy.MAX_SOFTMAX, 0.5, 0, null, ExitRule.Mode.WAIT));
    Result result = answer("f");
    assertEquals(1, result.exit());
    assertEquals(1 / (1 + Math.exp(-1)), result.confidence(), 1e-6);
    assertEquals(new Control(Control.Command.STOP, "cam", "f", 1), LiveFleet.next(fleet.controls));
    List<Report> both =
        deploy(
            Strategy.DISTREE,
            new ExitRule(ExitPolicy.MAX_SOFTMAX, 0.5, 0, null, ExitRule.Mode.WAIT));
    Report report = both.get(0);
    while (report.stops().equals(Report.Stops.NONE)) {
      report = LiveFleet.next(fleet.reports);
    }
    assertEquals(new Report.Stops(1, 0, 0), report.stops());
    assertEquals(List.of(1L, 0L, 0L), report.models().get(0).stages());
    Report.FuserReport fused = both.get(1).fused().get(0);
    assertEquals(List.of(1L, 0L, 0L), fused.exits());
    assertEquals(0.5, fused.threshold());
  }

  @Test
  void answersAtTheSecondExitWhereTheFeaturesHaveSettled() throws Exception {
    deploy(Strategy.DISTREE, new ExitRule(null, 0.01, 0, null, ExitRule.Mode.WAIT));
    Result result = answer("f");
    assertEquals(2, result.exit());
    assertEquals(
        new Control(Control.Command.PROCEED, "cam", "f", 1), LiveFleet.next(fleet.controls));
    assertEquals(new Control(Control.Command.STOP, "cam", "f", 2), LiveFleet.next(fleet.controls));
  }

  @ParameterizedTest
  @CsvSource({"0.05, 1", "0.01, 3"})
  void takesTheThresholdFromTheBundle(double budget, int exit) throws Exception {
    deploy(Strategy.DISTREE, new ExitRule(ExitPolicy.MAX_SOFTMAX, null, budget, null, null));
    assertEquals(exit, answer("f").exit());
  }

  @Test
  void complainsOfABundleThatSaysNothingOfThePolicy() throws Exception {
    assign(Strategy.DISTREE, new ExitRule(ExitPolicy.COSINE, null, 0.5, null, null));
    Report report = fleet.reports(r -> !r.messages().isEmpty(), r -> true).get(0);
    assertTrue(report.messages().get(0).contains("no operating points for cosine"));
  }

  @Test
  void goesFromOneStrategyToTheOther() throws Exception {
    deploy(Strategy.ROCOIN, ExitRule.standard());
    Result rocoin = answer("f");
    assertEquals(1, rocoin.exit());
    assertEquals(Outcome.OK, rocoin.status());
    deploy(Strategy.DISTREE, new ExitRule(null, 0.0, 0, null, null));
    assertEquals(3, answer("g").exit());
    deploy(Strategy.ROCOIN, ExitRule.standard());
    assertEquals(1, answer("h").exit());
    assertEquals(0, fleet.controls.size());
  }

  /** Waits until both agents carry it out; gives the board's report, then the fuser's. */
  private List<Report> deploy(Strategy strategy, ExitRule rule) throws Exception {
    assign(strategy, rule);
    return fleet.reports(
        r -> r.models().size() == 2 && r.models().get(0).strategy() == strategy,
        r -> !r.fusers().isEmpty());
  }

  private void assign(Strategy strategy, ExitRule rule) {
    epoch++;
    fleet.reports.clear();
    List<StudentRole> students =
        IntStream.range(0, 2).mapToObj(k -> student(strategy, k, rule.mode())).toList();
    FuserRole role =
        new FuserRole("d", BUNDLE.digest(), strategy, 2, List.of(0, 1), DEADLINE_MS, 1, rule);
    fleet.assign("board", new Assignment(1, epoch, students, List.of()));
    fleet.assign("fuser", new Assignment(1, epoch, List.of(), List.of(role)));
  }

  private static StudentRole student(Strategy strategy, int partition, ExitRule.Mode mode) {
    return new StudentRole(
        "d", BUNDLE.digest(), strategy, 2, partition, "small", DEADLINE_MS, null, mode);
  }

  private Result answer(String id) throws Exception {
    fleet.frame(id);
    Result result = LiveFleet.next(fleet.results);
    assertEquals(id, result.frame());
    assertEquals(List.of("board", "board"), result.agents());
    return result;
  }
}
