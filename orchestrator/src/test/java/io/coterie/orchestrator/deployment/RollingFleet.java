package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.ResultCounts;
import io.coterie.protocol.message.Rollout;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.message.TrialReport;
import io.coterie.protocol.message.TrialRole;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Boards in virtual time that carry out what they are told and report every 5 s: trials go as each
 * test says, and answers too.
 */
final class RollingFleet {
  static final String NAME = "cam";
  static final Manifest OLD = Fixtures.manifest(2);
  static final Manifest NEW = Fixtures.named("new", OLD);
  static final Manifest OTHER = Fixtures.named("other", OLD);

  Replay replay = new Replay();

  /** What a canary reports, by its role; the default is 25 good frames more each time. */
  Function<TrialRole, TrialReport> canary = this::doesWell;

  /** Boards whose agent is older than trials. */
  final Set<String> old = new HashSet<>();

  /** Boards that get no files. */
  final Set<String> starved = new HashSet<>();

  /** Boards that do not load what they are told. */
  final Set<String> idle = new HashSet<>();

  /** How a frame is answered while the bundle of this digest runs. */
  final Map<String, ResultCounts> perReport = new HashMap<>();

  final Map<String, Long> garbagePerReport = new HashMap<>();
  final Map<String, Long> incarnations = new TreeMap<>();
  private final Map<String, Long> garbage = new HashMap<>();
  private ResultCounts answers = ResultCounts.NONE;
  private long frames;

  /** Boards a, b and c run the old bundle; 50 frames are answered well in 5 s. */
  RollingFleet() {
    replay.ready();
    List.of("a", "b", "c").forEach(this::online);
    know(OLD);
    spec(OLD, RolloutRule.AT_ONCE);
    replay.after(200);
    perReport.put(Fixtures.digest(OLD), new ResultCounts(50, 0, 0, 0));
    perReport.put(Fixtures.digest(NEW), new ResultCounts(50, 0, 0, 0));
    perReport.put(Fixtures.digest(OTHER), new ResultCounts(50, 0, 0, 0));
    rounds(1);
  }

  void online(String board) {
    incarnations.merge(board, 1L, Long::sum);
    replay.online(board, Fixtures.capability(incarnations.get(board)));
  }

  void lose(String board) {
    replay.state(board, Availability.OFFLINE, incarnations.get(board));
    lost.add(board);
  }

  private final Set<String> lost = new HashSet<>();

  void back(String board) {
    lost.remove(board);
    online(board);
  }

  void know(Manifest manifest) {
    replay.input(new Input.ManifestReady(Fixtures.digest(manifest), manifest));
  }

  DeploymentSpec spec(Manifest manifest, RolloutRule rule) {
    DeploymentSpec spec = Fixtures.spec(manifest, 0.5).withRollout(rule);
    replay.input(new Input.SpecHeard(NAME, spec));
    return spec;
  }

  /** The new bundle is wanted, in stages. */
  RollingFleet rollOut() {
    know(NEW);
    spec(NEW, RolloutRule.staged(1));
    return this;
  }

  /** Every board that is there reports once, then time passes. */
  void rounds(int count) {
    for (int round = 0; round < count; round++) {
      answer();
      incarnations.keySet().forEach(this::report);
      for (int second = 0; second < 5; second++) {
        replay.after(1_000);
      }
    }
  }

  void report(String board) {
    if (!lost.contains(board)) {
      replay.input(new Input.ReportHeard(board, reportOf(board)));
    }
  }

  private void answer() {
    ResultCounts more = perReport.get(plan().bundle());
    answers =
        new ResultCounts(
            answers.ok() + more.ok(),
            answers.degraded() + more.degraded(),
            answers.expired() + more.expired(),
            answers.rejected() + more.rejected());
    long bad = garbagePerReport.getOrDefault(plan().bundle(), 0L);
    if (bad > 0) {
      garbage.merge("a", bad, Long::sum);
    }
  }

  private Report reportOf(String board) {
    Assignment does = replay.state.assignments().getOrDefault(board, Assignment.NONE);
    List<Report.ModelTime> models =
        does.students().stream()
            .filter(role -> !idle.contains(board) || role.bundle().equals(Fixtures.digest(OLD)))
            .map(
                role ->
                    new Report.ModelTime(
                        role.bundle(),
                        role.strategy(),
                        role.k(),
                        role.partition(),
                        role.student(),
                        0,
                        0,
                        0,
                        List.of()))
            .toList();
    List<String> fuses = does.fusers().stream().filter(r -> !r.standby()).map(r -> NAME).toList();
    return new Report(
            incarnations.get(board),
            0,
            0,
            0,
            models,
            fuses,
            List.of(),
            fuses.stream().map(name -> fused()).toList(),
            Report.Stops.NONE,
            List.of())
        .withTrials(
            old.contains(board)
                ? List.of()
                : does.trials().stream().map(t -> trial(board, t)).toList());
  }

  private Report.FuserReport fused() {
    long bad = garbage.getOrDefault("a", 0L);
    return new Report.FuserReport(NAME, 0, 0, bad, 0, List.of(), 0, 0, garbage, answers);
  }

  private TrialReport trial(String board, TrialRole role) {
    if (starved.contains(board)) {
      return report(role, TrialReport.State.FETCHING, 0, 0, "");
    }
    return role.canary() ? canary.apply(role) : report(role, TrialReport.State.FETCHED, 0, 0, "");
  }

  private TrialReport doesWell(TrialRole role) {
    frames += 25;
    return running(role, frames, 0, "");
  }

  static TrialReport running(TrialRole role, long frames, long errors, String reason) {
    return report(role, TrialReport.State.RUNNING, frames, errors, reason);
  }

  static TrialReport failed(TrialRole role, String reason) {
    return report(role, TrialReport.State.FAILED, 0, 0, reason);
  }

  static TrialReport report(
      TrialRole role, TrialReport.State state, long frames, long errors, String reason) {
    return new TrialReport(
        role.deployment(), role.bundle(), role.attempt(), state, frames, errors, 1, reason);
  }

  PlanMessage plan() {
    return replay.plan(NAME);
  }

  Rollout rollout() {
    return plan().rollout();
  }

  boolean runs(Manifest manifest) {
    return plan().complete() && plan().bundle().equals(Fixtures.digest(manifest));
  }

  /** The trial that the board is told of. */
  List<TrialRole> trials(String board) {
    return replay.assignment(board).trials();
  }

  /** The old bundle runs again, nothing is on trial, and this is why. */
  void assertReturned(String reason) {
    Rollout rollout = rollout();
    assertEquals(Rollout.Stage.RETURNED, rollout.stage(), rollout.toString());
    assertTrue(rollout.reason().contains(reason), rollout.reason());
    assertTrue(runs(OLD), plan().toString());
    assertTrue(
        Stream.of("a", "b", "c")
            .map(board -> replay.state.assignments().get(board))
            .allMatch(does -> does == null || does.trials().isEmpty() || isAway(does)));
  }

  /** Boards that were lost keep what they had until they come back. */
  private boolean isAway(Object does) {
    return replay.state.assignments().entrySet().stream()
        .filter(entry -> entry.getValue() == does)
        .noneMatch(entry -> replay.state.fleet().isOnline(entry.getKey()));
  }
}
