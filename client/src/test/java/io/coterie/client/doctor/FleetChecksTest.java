package io.coterie.client.doctor;

import static io.coterie.client.doctor.HeardFleet.NOW_MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each mistake is made by messages, as they come from boards and hubs. */
final class FleetChecksTest {
  private final HeardFleet fleet = new HeardFleet("mqtt://10.0.0.1:1883");

  private List<Finding> notWell() {
    return FleetChecks.of(fleet.facts()).stream()
        .filter(finding -> finding.level() != Finding.Level.OK)
        .toList();
  }

  private void assertFinds(String check, Finding.Level level, String found, String cure) {
    List<Finding> notWell = notWell();
    assertEquals(1, notWell.size(), notWell.toString());
    assertIs(notWell.get(0), check, level, found, cure);
  }

  private static void assertIs(
      Finding one, String check, Finding.Level level, String found, String cure) {
    assertEquals(check, one.check());
    assertEquals(level, one.level());
    assertTrue(one.found().contains(found), one.found());
    assertTrue(one.cure().contains(cure), one.cure());
  }

  @Test
  void findsNothingInAGoodFleet() {
    fleet.isGood();
    assertEquals(List.of(), notWell());
  }

  @Test
  void findsABrokerWithoutAHub() {
    List<Finding> notWell = notWell();
    assertIs(
        notWell.get(0),
        "hub",
        Finding.Level.PROBLEM,
        "no hub of Coterie has ever led there",
        "coterie up --broker mqtt://10.0.0.1:1883");
    assertIs(
        notWell.get(1), "boards", Finding.Level.PROBLEM, "no board is known", "coterie agent --id");
    assertIs(
        notWell.get(2),
        "deployments",
        Finding.Level.WARNING,
        "nothing is deployed",
        "coterie deploy");
  }

  @Test
  void findsAHubThatIsGone() {
    fleet.isGood();
    fleet.retain(
        "orchestrator/state", "{'state':'offline','term':" + (NOW_MS - 1_000) + ",'id':'hub'}");
    assertFinds("hub", Finding.Level.PROBLEM, "hub does not lead any more", "coterie up");
  }

  @Test
  void findsHubsThatContend() {
    fleet.isGood();
    fleet.leads("attic", NOW_MS);
    assertFinds("hub", Finding.Level.PROBLEM, "attic, hub", "coterie watch");
  }

  @Test
  void findsHubsAtBrokersOfTheirOwn() {
    fleet.isGood();
    FleetFacts first = fleet.facts();
    assertEquals(Optional.empty(), FleetChecks.split(List.of(first)));
    HeardFleet other = new HeardFleet("mqtt://10.0.0.2:1883");
    other.leads("attic", NOW_MS);
    FleetFacts second = other.facts();
    Finding split = FleetChecks.split(List.of(first, second)).orElseThrow();
    assertIs(
        split,
        "hubs",
        Finding.Level.PROBLEM,
        "attic at mqtt://10.0.0.2:1883, hub at mqtt://10.0.0.1:1883",
        "coterie up --bind 0.0.0.0 --standby-of mqtt://10.0.0.1:1883");
  }

  @Test
  void findsBoardsThatAreAway() {
    fleet.isGood();
    fleet.joins("b", NOW_MS - 400, "1.0", false);
    fleet.state("b", "offline", NOW_MS - 400);
    assertFinds("boards", Finding.Level.WARNING, "online: a; away: b", "systemctl status");
  }

  @Test
  void aBoardThatWasStoppedIsNoFinding() {
    fleet.isGood();
    fleet.joins("b", NOW_MS - 400, "1.0", false);
    fleet.state("b", "stopped", NOW_MS - 400);
    assertEquals(List.of(), notWell());
  }

  @Test
  void findsAPlanWhoseBoardIsAway() {
    fleet.isGood();
    fleet.state("a", "offline", NOW_MS - 500);
    List<Finding> notWell = notWell();
    assertIs(
        notWell.get(0), "boards", Finding.Level.PROBLEM, "none is online", "coterie agent --join");
    assertIs(
        notWell.get(1),
        "deployment",
        Finding.Level.PROBLEM,
        "partition 0 has no agent that is online",
        "start the boards");
  }

  @Test
  void findsTwoBoardsOfOneName() {
    fleet.isGood();
    fleet.joins("a", NOW_MS - 499, "1.0", false);
    fleet.reports("a", NOW_MS - 499, HeardFleet.runs());
    assertFinds("names", Finding.Level.WARNING, "a (1 times)", "coterie agent --id");
    fleet.joins("a", NOW_MS - 498, "1.0", false);
    fleet.reports("a", NOW_MS - 498, HeardFleet.runs());
    assertFinds("names", Finding.Level.PROBLEM, "a (2 times)", "coterie agent --id");
  }

  @Test
  void findsDifferentReleases() {
    fleet.isGood();
    fleet.joins("b", NOW_MS - 400, "1.1", false);
    assertFinds(
        "versions",
        Finding.Level.WARNING,
        "other releases than the hub's, 1.0: {1.1=b}",
        "coterie --version");
  }

  @Test
  void findsClocksThatAreWrong() {
    fleet.isGood();
    fleet.joins("b", 40_000, "1.0", false);
    assertFinds(
        "clocks",
        Finding.Level.WARNING,
        "b was started before its clock was set",
        "timedatectl set-ntp true");
    fleet.joins("c", NOW_MS + 3_600_000, "1.0", false);
    assertFinds(
        "clocks", Finding.Level.WARNING, "c was started at 2026-06-01T13:00:00Z", "timedatectl");
  }

  @Test
  void findsAHubWhoseClockWasWrong() {
    fleet.isGood();
    fleet.leads("hub", NOW_MS + 3_600_000);
    assertFinds(
        "clocks",
        Finding.Level.WARNING,
        "the hub's clock is, or once was, at 2026-06-01T13:00:00Z",
        "timedatectl");
  }

  @Test
  void findsADeploymentWithoutAPlan() {
    fleet.leads("hub", NOW_MS);
    fleet.joins("a", NOW_MS, "1.0", false);
    fleet.specs("porch", 500, false);
    assertFinds("deployment", Finding.Level.PROBLEM, "porch: no plan yet", "coterie deploy BUNDLE");
  }

  @Test
  void findsADeploymentThatIsPaused() {
    fleet.isGood();
    fleet.specs("porch", 500, true);
    fleet.plans("porch", false, "'paused'", 20);
    assertFinds(
        "deployment", Finding.Level.WARNING, "porch is paused", "coterie deploy BUNDLE --name");
  }

  @Test
  void findsAPlanThatIsNotComplete() {
    fleet.isGood();
    fleet.plans("porch", false, "'no board has 400000 bytes for a student'", 20);
    assertFinds(
        "deployment",
        Finding.Level.PROBLEM,
        "porch: plan 7 is not complete (no board has 400000 bytes for a student)",
        "coterie plan BUNDLE");
  }

  @Test
  void findsABoardThatIsTooSlowForTheDeadline() {
    fleet.isGood();
    fleet.plans("porch", true, "", 700);
    assertFinds(
        "deadline",
        Finding.Level.PROBLEM,
        "porch: too slow for 500 ms: a needs 700 ms",
        "--deadline 2000ms");
  }

  @Test
  void findsABoardWithoutTheModelsItIsPlannedWith() {
    fleet.isGood();
    fleet.reports(
        "a", NOW_MS - 500, ",'messages':['cannot write /cache: No space left on device']");
    List<Finding> notWell = notWell();
    assertIs(
        notWell.get(0),
        "messages",
        Finding.Level.WARNING,
        "a: cannot write /cache: No space left on device",
        "coterie doctor");
    assertIs(
        notWell.get(1),
        "models",
        Finding.Level.PROBLEM,
        "porch: planned with, but do not run its models: a",
        "coterie deploy BUNDLE --name porch");
  }

  @Test
  void findsABoardThatDropsFrames() {
    fleet.isGood();
    fleet.reports("a", NOW_MS - 500, ",'droppedFrames':12" + HeardFleet.runs());
    assertFinds("load", Finding.Level.WARNING, "a (0 failures, 12 frames dropped)", "invite");
  }

  @Test
  void findsABrokerThatSwallowsLargeMessages() {
    fleet.isGood();
    FleetFacts facts = fleet.facts().withLarge(Optional.of(false));
    Finding large =
        FleetChecks.of(facts).stream()
            .filter(finding -> finding.level() == Finding.Level.PROBLEM)
            .findFirst()
            .orElseThrow();
    assertIs(
        large, "messages", Finding.Level.PROBLEM, "one of 2 MiB did not", "message_size_limit 0");
  }

  @Test
  void garbageOnEveryTopicIsNoFleet() {
    for (String topic :
        List.of("orchestrator/state", "agents/a/state", "agents/a/capability", "agents/a/report")) {
      fleet.retain(topic, "{'state':7,[");
    }
    assertEquals(
        List.of("hub", "boards", "deployments"), notWell().stream().map(Finding::check).toList());
  }
}
