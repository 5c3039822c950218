package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.RollingFleet.NEW;
import static io.coterie.orchestrator.deployment.RollingFleet.OLD;
import static io.coterie.orchestrator.deployment.RollingFleet.OTHER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.ResultCounts;
import io.coterie.protocol.message.Rollout.Stage;
import io.coterie.protocol.message.RolloutRule;
import io.coterie.protocol.message.TrialRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** New bundles prove themselves on a canary, then on all boards, or the one before comes back. */
final class RolloutsTest {
  private final RollingFleet fleet = new RollingFleet();

  @Test
  void aCanaryTriesTheBundleWhileTheOneBeforeAnswers() {
    long epoch = fleet.plan().epoch();
    fleet.rollOut();
    assertTrue(fleet.runs(OLD));
    assertEquals(epoch, fleet.plan().epoch(), "nothing that answers has changed");
    assertEquals(Stage.CANARY, fleet.rollout().stage());
    TrialRole role = fleet.trials(fleet.rollout().board()).get(0);
    assertTrue(role.canary() && role.fuses());
    assertEquals(2, role.students().size(), "a student of each partition");
  }

  @Test
  void theOthersFetchMeanwhileWhatTheyWillNeed() {
    fleet.rollOut();
    String canary = fleet.rollout().board();
    Stream.of("a", "b", "c")
        .filter(board -> !board.equals(canary))
        .forEach(board -> assertFalse(fleet.trials(board).get(0).canary()));
  }

  @Test
  void theRestFollowsACanaryThatDidWell() {
    fleet.rollOut().rounds(2);
    assertTrue(fleet.runs(NEW));
    assertEquals(Stage.REST, fleet.rollout().stage());
    assertEquals(List.of(), fleet.trials("a"), "nothing is on trial any more");
  }

  @Test
  void endsWhenTheFleetDoesWellToo() {
    fleet.rollOut().rounds(8);
    assertTrue(fleet.runs(NEW));
    assertNull(fleet.rollout());
    assertEquals(List.of(), Reason.texts(fleet.plan().reasons()));
  }

  @Test
  void tellsHowTheCanaryDoes() {
    fleet.canary = role -> RollingFleet.running(role, 7, 0, "");
    fleet.rollOut().rounds(1);
    assertEquals(7, fleet.rollout().frames());
    assertEquals(Stage.CANARY, fleet.rollout().stage());
  }

  @Test
  void aSelfTestThatFailsKeepsTheBundleBefore() {
    fleet.canary = role -> RollingFleet.failed(role, "student small gives no numbers");
    fleet.rollOut().rounds(1);
    fleet.assertReturned("student small gives no numbers");
    assertTrue(fleet.plan().reasons().get(0).text().contains("deploy it again"));
  }

  @Test
  void framesThatGoWrongKeepTheBundleBefore() {
    fleet.canary = role -> RollingFleet.running(role, 12, 3, "a frame took 900 ms of 500 ms");
    fleet.rollOut().rounds(1);
    fleet.assertReturned("3 of 12 frames went wrong: a frame took 900 ms of 500 ms");
  }

  @Test
  void fewFramesThatGoWrongAreNoReason() {
    fleet.canary = role -> RollingFleet.running(role, 60, 2, "an accident");
    fleet.rollOut().rounds(2);
    assertTrue(fleet.runs(NEW));
  }

  @Test
  void withoutFramesTheSelfTestIsEnoughAfterAWhile() {
    fleet.canary = role -> RollingFleet.running(role, 0, 0, "");
    fleet.rollOut().rounds(5);
    assertTrue(fleet.runs(OLD));
    fleet.rounds(3);
    assertTrue(fleet.runs(NEW));
  }

  @Test
  void waitsForBoardsThatStillFetch() {
    fleet.rollOut();
    String slow = fleet.rollout().board().equals("b") ? "c" : "b";
    fleet.starved.add(slow);
    fleet.rounds(4);
    assertTrue(fleet.runs(OLD));
    assertEquals("canary passed: " + slow + " gets its files", fleet.rollout().reason());
    fleet.starved.clear();
    fleet.rounds(1);
    assertTrue(fleet.runs(NEW));
  }

  @Test
  void givesUpOnFilesThatNeverCome() {
    fleet.starved.addAll(Set.of("a", "b", "c"));
    fleet.rollOut().rounds(61);
    fleet.assertReturned("did not get its files within 300 s");
  }

  @Test
  void givesUpOnABundleThatNeverComes() {
    fleet.spec(NEW, RolloutRule.staged(1));
    fleet.rounds(11);
    assertEquals(Stage.CANARY, fleet.rollout().stage());
    fleet.rounds(3);
    fleet.assertReturned("waiting for bundle");
  }

  @Test
  void refusesABundleThatCannotBeUsed() {
    DeploymentSpec spec = fleet.spec(NEW, RolloutRule.staged(1));
    fleet.replay.input(new Input.ManifestRefused(spec.bundle(), "not signed by anybody trusted"));
    fleet.assertReturned("cannot use the bundle: not signed by anybody trusted");
  }

  @Test
  void refusesABundleWithoutWhatTheStrategyNeeds() {
    DeploymentSpec spec =
        Fixtures.spec(NEW, 0.5)
            .withStrategy(Strategy.DISTREE, null)
            .withRollout(RolloutRule.staged(1));
    fleet.know(NEW);
    fleet.replay.input(new Input.SpecHeard(RollingFleet.NAME, spec));
    fleet.rounds(1);
    fleet.assertReturned("it has nothing for distree");
  }

  @Test
  void returnsWhereTheFleetDoesWorseThanBefore() {
    fleet.perReport.put(Fixtures.digest(NEW), new ResultCounts(20, 0, 30, 0));
    fleet.rollOut().rounds(5);
    fleet.assertReturned("errors in");
  }

  @Test
  void whatWentWrongBeforeIsNotTheNewBundlesFault() {
    fleet.perReport.put(Fixtures.digest(OLD), new ResultCounts(30, 20, 0, 0));
    fleet.perReport.put(Fixtures.digest(NEW), new ResultCounts(30, 20, 0, 0));
    fleet.canary = role -> RollingFleet.running(role, 10, 0, "");
    fleet.rollOut().rounds(4);
    fleet.canary = role -> RollingFleet.running(role, 30, 0, "");
    fleet.rounds(8);
    assertTrue(fleet.runs(NEW));
    assertNull(fleet.rollout());
  }

  @Test
  void garbageOfANewBundleSpeaksAgainstItAndNotAgainstItsBoards() {
    fleet.garbagePerReport.put(Fixtures.digest(NEW), 50L);
    fleet.rollOut().rounds(5);
    fleet.assertReturned("errors in");
    assertFalse(fleet.replay.state.learning().breakers().isOpen("a"));
    assertTrue(fleet.plan().groups().stream().anyMatch(group -> group.agents().contains("a")));
  }

  @Test
  void returnsWhereBoardsDoNotBegin() {
    fleet.idle.add("b");
    fleet.rollOut().rounds(10);
    fleet.assertReturned("b did not begin with it within 30 s");
  }

  @Test
  void doesNotTryAgainWhatFailedUntilItIsAskedTo() {
    fleet.canary = role -> RollingFleet.failed(role, "broken");
    DeploymentSpec spec = fleet.rollOut().replay.state.specs().get(RollingFleet.NAME);
    fleet.rounds(1);
    fleet.replay.input(new Input.SpecHeard(RollingFleet.NAME, spec.withObjectives(700, 0.6)));
    fleet.rounds(20);
    assertEquals(Stage.RETURNED, fleet.rollout().stage());
    assertEquals(
        700, fleet.replay.state.running().get(RollingFleet.NAME).deadlineMs(), "objectives count");
    fleet.canary = role -> RollingFleet.running(role, 30, 0, "");
    fleet.replay.input(
        new Input.SpecHeard(RollingFleet.NAME, spec.withRollout(RolloutRule.staged(2))));
    assertEquals(Stage.CANARY, fleet.rollout().stage());
    fleet.rounds(2);
    assertTrue(fleet.runs(NEW));
  }

  @Test
  void atOnceIsAtOnce() {
    fleet.canary = role -> RollingFleet.failed(role, "broken");
    fleet.rollOut().rounds(1);
    fleet.spec(NEW, RolloutRule.AT_ONCE);
    assertTrue(fleet.runs(NEW));
    assertNull(fleet.rollout());
  }

  @Test
  void aThirdBundleIsMeasuredByTheLastGoodOne() {
    fleet.rollOut().rounds(2);
    assertEquals(Stage.REST, fleet.rollout().stage());
    fleet.know(OTHER);
    fleet.spec(OTHER, RolloutRule.staged(2));
    assertTrue(fleet.runs(OLD));
    assertEquals(Fixtures.digest(OTHER), fleet.rollout().to());
    fleet.rounds(10);
    assertTrue(fleet.runs(OTHER));
    assertNull(fleet.rollout());
  }

  @Test
  void whoChangesTheirMindGetsTheOldBundleBackAtOnce() {
    fleet.rollOut().rounds(2);
    fleet.spec(OLD, RolloutRule.staged(2));
    assertTrue(fleet.runs(OLD));
    assertNull(fleet.rollout());
  }

  @Test
  void theFirstBundleOfADeploymentIsNotOnTrial() {
    RollingFleet first = new RollingFleet();
    first.replay.input(new Input.SpecRemoved(RollingFleet.NAME));
    first.know(NEW);
    first.spec(NEW, RolloutRule.staged(1));
    assertTrue(first.runs(NEW));
    assertNull(first.rollout());
  }

  @Test
  void publishesBothBundlesToABrokerThatForgot() {
    fleet.rollOut();
    fleet.replay.input(new Input.Disconnected());
    fleet.replay.input(new Input.Connected());
    List<String> published = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      fleet.replay.after(100);
      fleet.replay.effects(Effect.PublishBundle.class).forEach(e -> published.add(e.digest()));
    }
    assertEquals(Set.of(Fixtures.digest(OLD), Fixtures.digest(NEW)), Set.copyOf(published));
  }

  @Test
  void aTrialGoesOnUnderTheSameRoleWhateverElseIsPlanned() {
    fleet.rollOut();
    TrialRole role = fleet.trials(fleet.rollout().board()).get(0);
    fleet.online("d");
    fleet.replay.after(500);
    assertEquals(role, fleet.trials(fleet.rollout().board()).get(0));
  }

  @Test
  void saysThatLabelsChange() {
    Manifest labelled =
        new Manifest(
            NEW.manifestVersion(),
            "labelled",
            NEW.input(),
            List.of("dog", "cat"),
            NEW.teacher(),
            NEW.partitionings(),
            Map.of());
    fleet.know(labelled);
    fleet.spec(labelled, RolloutRule.staged(1));
    assertEquals(
        List.of("the new bundle has other labels than the one that runs"),
        Reason.texts(fleet.plan().reasons()));
  }

  /** Room for a pipeline's first segment is enough to try it. */
  @Test
  void triesThePipelineOfANewBundleFromItsFirstSegment() {
    Manifest old = Fixtures.withPipeline(OLD, 3);
    Manifest young = Fixtures.named("young", old);
    Replay replay = new Replay().ready();
    replay.online("a", Fixtures.capability(1, false, 0, 0, 4 * Fixtures.STUDENT_BYTES + 50_000));
    replay.online("b", Fixtures.capability(1));
    for (Manifest manifest : List.of(old, young)) {
      replay.input(new Input.ManifestReady(Fixtures.digest(manifest), manifest));
    }
    replay.input(new Input.SpecHeard("cam", pipeline(old, RolloutRule.AT_ONCE)));
    replay.after(200);
    RolloutRule onA = new RolloutRule(RolloutRule.Mode.STAGED, "a", 1);
    replay.input(new Input.SpecHeard("cam", pipeline(young, onA)));
    assertEquals(Fixtures.digest(old), replay.plan("cam").bundle());
    TrialRole tried = replay.assignment("a").trials().get(0);
    assertEquals("net", tried.pipeline());
    assertEquals(List.of(1), tried.segments());
    TrialRole fetched = replay.assignment("b").trials().get(0);
    assertFalse(fetched.canary());
    assertEquals(List.of(1, 2, 3), fetched.segments());
  }

  private static DeploymentSpec pipeline(Manifest manifest, RolloutRule rule) {
    return Fixtures.spec(manifest, 0.5).withStrategy(Strategy.MDI_EXIT, null).withRollout(rule);
  }
}
