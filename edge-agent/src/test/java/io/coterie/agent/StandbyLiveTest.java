package io.coterie.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.ExitRule;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.Result;
import io.coterie.protocol.message.StudentRole;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A board, a primary and a standby fuser that run: one result of each frame, whoever is lost. */
@Tag("broker")
@Timeout(120)
final class StandbyLiveTest {
  private static final TinyBundle BUNDLE = new TinyBundle();
  private static final long DEADLINE_MS = 20_000;
  private static final long HEDGE_MS = 400;

  @TempDir Path folder;
  private LiveFleet fleet;
  private long epoch;

  @BeforeEach
  void start() throws Exception {
    fleet = new LiveFleet(folder, BUNDLE, "board", "primary", "standby");
  }

  @AfterEach
  void close() {
    fleet.close();
  }

  @Test
  void answersInPlaceOfAFuserThatDoesNot() throws Exception {
    deploy(ExitRule.standard(), Strategy.ROCOIN);
    fleet.stop("primary");
    fleet.frame("f");
    Result result = LiveFleet.next(fleet.results);
    assertEquals(Outcome.OK, result.status());
    assertTrue(result.latencyMs() >= HEDGE_MS, result.toString());
    assertEquals(1, standby().hedged());
  }

  @Test
  void keepsItsFramesWhenAWillOfItsOwnPastComesLate() throws Exception {
    deploy(ExitRule.standard(), Strategy.ROCOIN);
    fleet.stop("primary");
    fleet.frame("f");
    fleet.lateWillOf("standby");
    assertEquals(Outcome.OK, LiveFleet.next(fleet.results).status());
  }

  @ParameterizedTest
  @EnumSource(ExitRule.Mode.class)
  void answersFramesWithExitsInPlaceOfAFuser(ExitRule.Mode mode) throws Exception {
    deploy(new ExitRule(null, 0.0, 0, null, mode), Strategy.DISTREE);
    fleet.stop("primary");
    fleet.frame("f");
    Result result = LiveFleet.next(fleet.results);
    assertEquals(Outcome.OK, result.status());
    assertEquals(3, result.exit());
  }

  @Test
  void isSilentWhereTheFuserAnswersAndGoesOnAfterIt() throws Exception {
    deploy(ExitRule.standard(), Strategy.ROCOIN);
    List<String> answered = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      fleet.frame("f" + i);
      answered.add(LiveFleet.next(fleet.results).frame());
    }
    fleet.stop("primary");
    fleet.frame("last");
    answered.add(LiveFleet.next(fleet.results).frame());
    // The last took as long as any second answer would have.
    assertEquals(31, answered.stream().distinct().count());
    epoch++;
    fleet.assign("standby", fuses(ExitRule.standard(), Strategy.ROCOIN, false));
    fleet.reports(r -> r.fusers().contains("d"), r -> true);
    fleet.frame("after");
    assertEquals("after", LiveFleet.next(fleet.results).frame());
    assertEquals(0, fleet.results.size());
  }

  private Report.FuserReport standby() throws Exception {
    return fleet
        .reports(r -> r.fused().stream().anyMatch(fused -> fused.hedged() > 0), r -> true)
        .get(0)
        .fused()
        .get(0);
  }

  /** Waits until all carry it out. */
  private void deploy(ExitRule rule, Strategy strategy) throws Exception {
    epoch++;
    List<StudentRole> students =
        IntStream.range(0, 2)
            .mapToObj(
                k ->
                    new StudentRole(
                        "d",
                        BUNDLE.digest(),
                        strategy,
                        2,
                        k,
                        "small",
                        DEADLINE_MS,
                        null,
                        rule.mode()))
            .toList();
    fleet.assign("standby", fuses(rule, strategy, true));
    fleet.reports(r -> r.fusers().isEmpty() && !r.fused().isEmpty(), r -> true);
    fleet.assign("board", new Assignment(1, epoch, students, List.of()));
    fleet.assign("primary", fuses(rule, strategy, false));
    fleet.reports(r -> r.models().size() == 2, r -> r.fusers().contains("d"));
  }

  private Assignment fuses(ExitRule rule, Strategy strategy, boolean standby) {
    FuserRole role =
        new FuserRole(
            "d",
            BUNDLE.digest(),
            strategy,
            2,
            List.of(0, 1),
            DEADLINE_MS,
            1,
            rule,
            standby,
            HEDGE_MS);
    return new Assignment(1, epoch, List.of(), List.of(role));
  }
}
