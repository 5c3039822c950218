package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.FuserRole;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who answers and who stands by; and that fusers' word of garbage counts. */
final class FusersTest {
  private static final Manifest MANIFEST = manifest(2);
  private final Replay replay = new Replay();

  @BeforeEach
  void deploy() {
    replay.ready();
    List.of("a", "b", "c", "d").forEach(replay::online);
    replay.deploy("cam", MANIFEST, 0);
  }

  private PlanMessage plan() {
    return replay.plan("cam");
  }

  private FuserRole role(String agent) {
    return replay.assignment(agent).fusers().get(0);
  }

  @Test
  void thePlanNamesAStandbyThatWaits() {
    assertNotEquals(plan().fuser(), plan().standby());
    assertFalse(role(plan().fuser()).standby());
    assertTrue(role(plan().standby()).standby());
    assertEquals(300, role(plan().standby()).hedgeMs());
    assertEquals(role(plan().fuser()).covered(), role(plan().standby()).covered());
  }

  @Test
  void theStandbyFollowsALostFuser() {
    PlanMessage before = plan();
    replay.state(before.fuser(), Availability.OFFLINE, 1);
    assertEquals(before.standby(), plan().fuser());
    assertFalse(role(plan().fuser()).standby());
    assertNotEquals("", plan().standby());
    // Else it would come back as a second one that answers.
    assertEquals(List.of(), replay.assignment(before.fuser()).fusers());
    assertEquals(before.acceptFrom(), plan().acceptFrom());
  }

  @Test
  void whoComesBackDisturbsNobody() {
    PlanMessage before = plan();
    replay.state(before.fuser(), Availability.OFFLINE, 1);
    PlanMessage between = plan();
    replay.online(before.fuser(), Fixtures.capability(2));
    replay.after(500);
    assertEquals(between.fuser(), plan().fuser());
    assertEquals(between.standby(), plan().standby());
  }

  @Test
  void oneAgentAloneHasNoStandbyAndDoesNotWait() {
    Replay one = new Replay();
    one.ready();
    one.online("only");
    one.deploy("cam", MANIFEST, 0);
    assertEquals("", one.plan("cam").standby());
    assertEquals(0, one.assignment("only").fusers().get(0).hedgeMs());
  }

  @Test
  void aBoardThatGivesGarbageIsLeftOutAndLetBack() {
    String bad = plan().groups().get(0).agents().get(0);
    report(Map.of(bad, 2L));
    assertTrue(hosts(bad));
    report(Map.of(bad, 3L));
    assertFalse(hosts(bad), plan()::toString);
    assertTrue(plan().complete(), plan()::toString);
    assertTrue(
        plan().reasons().stream().anyMatch(r -> r.text().startsWith(bad + " is left out for 30 s")),
        plan()::toString);
    seconds(29);
    assertFalse(hosts(bad));
    seconds(2);
    assertTrue(hosts(bad), plan()::toString);
    report(Map.of(bad, 4L));
    assertFalse(hosts(bad), plan()::toString);
  }

  /** Lets time pass in which all boards report. */
  private void seconds(int seconds) {
    for (int i = 0; i < seconds; i++) {
      replay.after(1_000);
      List.of("a", "b", "c", "d").forEach(agent -> replay.input(report(agent, List.of())));
    }
  }

  private boolean hosts(String agent) {
    return plan().groups().stream().anyMatch(group -> group.agents().contains(agent));
  }

  /** The fuser reports the garbage that it counted. */
  private void report(Map<String, Long> garbage) {
    long all = garbage.values().stream().mapToLong(Long::longValue).sum();
    Report.FuserReport fused =
        new Report.FuserReport("cam", 0, 0, all, 0, List.of(1L), 0, 0, garbage);
    replay.input(report(plan().fuser(), List.of(fused)));
  }

  private static Input report(String agent, List<Report.FuserReport> fused) {
    List<String> none = List.of();
    return new Input.ReportHeard(
        agent, new Report(1, 0, 0, 0, List.of(), none, none, fused, Report.Stops.NONE, List.of()));
  }
}
