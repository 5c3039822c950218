package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.agent.TinyBundle.Flaw;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import io.coterie.protocol.message.TrialReport;
import io.coterie.protocol.message.TrialReport.State;
import io.coterie.protocol.message.TrialRole;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An agent that answers alone, and tries another bundle beside that. */
@Tag("broker")
@Timeout(120)
final class TrialsLiveTest {
  private static final TinyBundle OLD = new TinyBundle();
  private static final long DEADLINE_MS = 20_000;

  @TempDir Path folder;
  private LiveFleet fleet;
  private long epoch;

  @BeforeEach
  void start() throws Exception {
    fleet = new LiveFleet(folder, OLD, "board");
    fleet.assign("board", assignment(OLD));
    reported(report -> report.models().size() == 2 && report.fusers().contains("d"));
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @ParameterizedTest
  @CsvSource({"ROCOIN", "DISTREE", "MDI_EXIT"})
  void triesABundleInTheShadowOfTheOneThatAnswers(Strategy strategy) throws Exception {
    TinyBundle next = new TinyBundle("next", Flaw.NONE);
    fleet.provide(next);
    fleet.assign("board", assignment(OLD, trial(next, strategy, true)));
    trial(State.RUNNING);
    answer("f");
    answer("g");
    TrialReport after = trial(report -> report.frames() > 0);
    assertEquals("", after.reason());
    assertEquals(0, after.errors());
  }

  @Test
  void fetchesWithoutTrying() throws Exception {
    TinyBundle next = new TinyBundle("next", Flaw.NONE);
    fleet.provide(next);
    fleet.assign("board", assignment(OLD, trial(next, Strategy.ROCOIN, false)));
    assertEquals(0, trial(State.FETCHED).frames());
  }

  @ParameterizedTest
  @CsvSource({"NO_GRAPH,cannot load stage-0-1-of-1.onnx", "NO_NUMBERS,gives no numbers"})
  void saysWhatIsWrongAndAnswersOn(Flaw flaw, String reason) throws Exception {
    TinyBundle next = new TinyBundle("next", flaw);
    fleet.provide(next);
    fleet.assign("board", assignment(OLD, trial(next, Strategy.ROCOIN, true)));
    TrialReport failed = trial(State.FAILED);
    assertTrue(failed.reason().contains(reason), failed.reason());
    answer("f");
  }

  @Test
  void answersOnWhileABundleDoesNotCome() throws Exception {
    TinyBundle never = new TinyBundle("never", Flaw.NONE);
    fleet.assign("board", assignment(OLD, trial(never, Strategy.ROCOIN, true)));
    trial(State.FETCHING);
    answer("f");
    fleet.assign("board", assignment(OLD));
    reported(report -> report.trials().isEmpty());
    answer("g");
  }

  @Test
  void answersEveryFrameWhileTheBundlesChangeOver() throws Exception {
    TinyBundle next = new TinyBundle("next", Flaw.NONE);
    fleet.provide(next);
    for (int i = 0; i < 20; i++) {
      if (i == 10) {
        fleet.assign("board", assignment(next));
      }
      answer("f" + i);
    }
    Report after =
        reported(
            report -> report.models().stream().allMatch(m -> m.bundle().equals(next.digest())));
    assertEquals(2, after.models().size());
    answer("last");
  }

  @Test
  void countsWhatItsResultsSay() throws Exception {
    answer("f");
    Report after = reported(report -> report.fused().get(0).answers().ok() == 1);
    assertEquals(0, after.fused().get(0).answers().expired());
  }

  private void answer(String frame) throws Exception {
    fleet.frame(frame);
    var result = LiveFleet.next(fleet.results);
    assertEquals(frame, result.frame());
    assertEquals(Outcome.OK, result.status());
  }

  private TrialReport trial(State state) throws Exception {
    return trial(report -> report.state() == state);
  }

  private TrialReport trial(Predicate<TrialReport> wanted) throws Exception {
    return reported(report -> report.trials().stream().anyMatch(wanted)).trials().get(0);
  }

  private Report reported(Predicate<Report> wanted) throws Exception {
    Report report = LiveFleet.next(fleet.reports);
    while (!wanted.test(report)) {
      report = LiveFleet.next(fleet.reports);
    }
    return report;
  }

  private static TrialRole trial(TinyBundle bundle, Strategy strategy, boolean canary) {
    boolean pipeline = strategy == Strategy.MDI_EXIT;
    return new TrialRole(
        "d",
        bundle.digest(),
        strategy,
        pipeline ? 3 : 2,
        pipeline
            ? List.of()
            : List.of(new TrialRole.Part(0, "small"), new TrialRole.Part(1, "small")),
        pipeline ? "net" : "",
        pipeline ? List.of(1, 2, 3) : List.of(),
        !pipeline,
        canary,
        DEADLINE_MS,
        1);
  }

  private Assignment assignment(TinyBundle bundle, TrialRole... trials) {
    epoch++;
    List<StudentRole> students =
        IntStream.range(0, 2)
            .mapToObj(k -> new StudentRole("d", bundle.digest(), 2, k, "small", DEADLINE_MS, null))
            .toList();
    FuserRole fuser = new FuserRole("d", bundle.digest(), 2, List.of(0, 1), DEADLINE_MS, 1);
    return new Assignment(
        1, epoch, students, List.of(fuser), List.of(), Stream.of(trials).toList());
  }
}
