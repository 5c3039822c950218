package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.orchestrator.learning.Learnt;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.Capability;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import io.coterie.protocol.message.Report;
import io.coterie.protocol.message.StudentRole;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans follow what boards measure, not its noise. */
class LearningTest extends ReportingFleet {
  @Test
  void plansTellWhatTheyAssumeOfEveryMember() {
    running(1_000);
    PlanMessage.Member first = plan().groups().get(0).members().get(0);
    assertFalse(first.measured());
    assertEquals(0.1, first.failureProbability(), 1e-9);
    rounds(10);
    replay.state("h", Availability.OFFLINE, 1);
    for (PlanMessage.Group group : plan().groups()) {
      assertEquals(
          group.agents(), group.members().stream().map(PlanMessage.Member::agent).toList());
      for (PlanMessage.Member member : group.members()) {
        assertTrue(member.measured(), member::toString);
        assertEquals(USUAL_MS, member.latencyMs(), 2, member::toString);
        assertTrue(member.failureProbability() < 0.1, member::toString);
      }
    }
  }

  @Test
  void halfOfTheBoardsThrottledAreReplannedWithinFiveReports() {
    running(60);
    rounds(40);
    HALF.forEach(agent -> slowness.put(agent, 4.0));
    placements = 0;
    rounds(5);
    assertEquals(1, placements);
    assertTrue(plan().latencyMs() <= 60, () -> plan().toString());
    assertTrue(plan().complete(), () -> plan().toString());
    for (String agent : HALF) {
      assertEquals(Set.of(), hosted(agent), () -> plan().toString());
      assertTrue(
          plan().reasons().stream()
              .anyMatch(reason -> reason.text().startsWith(agent + " runs 3.9 times slower")),
          () -> plan().toString());
    }
  }

  @Test
  void boardsThatWereSlowFromTheStartAreFoundOut() {
    HALF.forEach(agent -> slowness.put(agent, 4.0));
    running(60);
    rounds(5);
    HALF.forEach(agent -> assertEquals(Set.of(), hosted(agent), () -> plan().toString()));
    assertTrue(plan().complete() && plan().latencyMs() <= 60, () -> plan().toString());
  }

  @Test
  void measurementsThatKeepThePromiseMoveNobody() {
    running(1_000);
    noise = 0.3;
    rounds(100);
    assertEquals(0, placements);
  }

  @Test
  void boardsThatCooledWithNothingToDoAreUsedAgain() {
    running(60);
    rounds(40);
    HALF.forEach(agent -> slowness.put(agent, 4.0));
    rounds(6);
    slowness.clear();
    rounds(30);
    HALF.forEach(agent -> assertFalse(hosted(agent).isEmpty(), () -> plan().toString()));
    assertEquals(List.of(), Reason.texts(plan().reasons()));
    placements = 0;
    rounds(200);
    assertEquals(0, placements);
  }

  @Test
  void boardsThatStayHotAreTriedSeldom() {
    running(60);
    rounds(40);
    HALF.forEach(agent -> slowness.put(agent, 4.0));
    rounds(6);
    placements = 0;
    rounds(720);
    assertTrue(placements > 1 && placements <= 10, () -> placements + " new plans in an hour");
    HALF.forEach(agent -> assertEquals(Set.of(), hosted(agent), () -> plan().toString()));
    slowness.clear();
    rounds(400);
    HALF.forEach(agent -> assertFalse(hosted(agent).isEmpty(), () -> plan().toString()));
  }

  @Test
  void aSlowBoardThatIsStillInTimeGoesOnAndItsRecoveryIsNoticed() {
    running(1_000);
    rounds(40);
    slowness.put("a", 2.0);
    rounds(5);
    assertEquals(1, plan().reasons().size(), () -> plan().toString());
    slowness.clear();
    rounds(6);
    assertEquals(List.of(), Reason.texts(plan().reasons()));
    assertFalse(hosted("a").isEmpty());
  }

  @ParameterizedTest
  @CsvSource({"0.1, 60", "0.2, 60", "0.3, 60", "0.3, 1000"})
  void noiseMovesNoBoard(double deviation, long deadlineMs) {
    running(deadlineMs);
    noise = deviation;
    rounds(50);
    placements = 0;
    rounds(1_000);
    assertEquals(0, placements);
  }

  /** A board comes and goes; the others should not move about for it. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.2, 0.3})
  void noiseDoesNotEnlargeTheReplansForALostBoard(double deviation) {
    for (char agent = 'a'; agent <= 'h'; agent++) {
      slowness.put(Character.toString(agent), 1 + 0.2 * (agent - 'a'));
    }
    running(1_000);
    noise = deviation;
    rounds(50);
    int moved = 0;
    for (int i = 0; i < 20; i++) {
      Map<String, Set<Integer>> before = placement();
      replay.state("h", Availability.OFFLINE, 1 + i);
      rounds(3);
      replay.online("h", Fixtures.capability(2 + i));
      incarnations.put("h", 2L + i);
      replay.after(200);
      rounds(3);
      Map<String, Set<Integer>> after = placement();
      for (String agent : before.keySet()) {
        moved += agent.equals("h") || before.get(agent).equals(after.get(agent)) ? 0 : 1;
      }
    }
    assertEquals(0, moved);
  }

  @Test
  void lossesRaiseTheFailureProbability() {
    running(1_000);
    rounds(40);
    double before = failureProbability("a");
    replay.state("a", Availability.OFFLINE, 1);
    replay.online("a", Fixtures.capability(2));
    replay.after(200);
    double once = failureProbability("a");
    assertTrue(once > before, before + " -> " + once);
    replay.online("a", Fixtures.capability(3));
    replay.after(200);
    assertTrue(failureProbability("a") > once, "restart without a goodbye");
  }

  @Test
  void anotherReleaseIsMeasuredAnew() {
    running(1_000);
    rounds(20);
    assertFalse(measuredOf("a").isEmpty());
    replay.online("a", Fixtures.capability(2));
    assertFalse(measuredOf("a").isEmpty());
    Capability old = Fixtures.capability(3);
    replay.online(
        "a",
        new Capability(
            3,
            "2",
            old.hardware(),
            old.arch(),
            old.cores(),
            old.memoryBytes(),
            old.flopsPerSecond(),
            old.uplinkBitsPerSecond(),
            old.failureProbability(),
            false,
            0,
            0));
    assertEquals(List.of(), measuredOf("a"));
    assertFalse(measuredOf("b").isEmpty());
  }

  @Test
  void aGoodbyeIsNoFailure() {
    running(1_000);
    double before = failureProbability("a");
    replay.state("a", Availability.STOPPED, 1);
    replay.online("a", Fixtures.capability(2));
    replay.after(200);
    assertEquals(before, failureProbability("a"));
  }

  @Test
  void whatWasLearntOutlivesARestart() throws Exception {
    running(60);
    rounds(40);
    HALF.forEach(agent -> slowness.put(agent, 4.0));
    rounds(6);
    PersistedState persisted =
        Json.read(Json.write(replay.state.keptAtEnd()), PersistedState.class);
    assertEquals(replay.state.keptAtEnd(), persisted);
    Replay restarted = new Replay();
    restarted.state = State.initial("hub", 200, persisted);
    restarted.nowNs = 77;
    restarted.input(new Input.Connected());
    restarted.input(new Input.ManifestReady(Fixtures.digest(MANIFEST), MANIFEST));
    "abcdefgh".chars().forEach(c -> restarted.online(Character.toString(c)));
    restarted.after(500);
    Learnt after = restarted.state.learning().learnt();
    assertEquals(persisted.learnt().measuredSeconds(), after.measuredSeconds());
    for (String agent : persisted.learnt().boards().keySet()) {
      assertEquals(persisted.learnt().slowness(agent), after.slowness(agent));
      assertEquals(failureProbability(agent), after.failureProbability(agent, 0.1));
    }
    assertEquals(plan().epoch(), restarted.plan("cam").epoch());
    assertEquals(plan().reasons(), restarted.plan("cam").reasons());
    assertTrue(restarted.plan("cam").groups().get(0).members().get(0).measured());
  }

  @Test
  void reportsAreKeptNowAndThenOnly() {
    running(1_000);
    int writes = 0;
    for (int round = 0; round < 240; round++) {
      PersistedState before = replay.state.persisted();
      rounds(1);
      writes += before.equals(replay.state.persisted()) ? 0 : 1;
    }
    assertEquals(2, writes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"latencyMs\":1e308,\"frames\":9223372036854775807,\"totalMs\":1e308",
        "\"latencyMs\":-1,\"frames\":100",
        "\"latencyMs\":1e-300,\"frames\":100,\"totalMs\":1e-300",
        "\"latencyMs\":3600000,\"frames\":100"
      })
  void hostileReportsBreakNothing(String figures) throws Exception {
    running(1_000);
    StudentRole role = replay.assignment("a").students().get(0);
    String json =
        String.format(
            "{\"incarnation\":1,\"droppedFrames\":%d,\"failures\":%d,\"models\":[{\"bundle\":\"%s\","
                + "\"k\":%d,\"partition\":%d,\"student\":\"%s\",%s}]}",
            Long.MAX_VALUE,
            Long.MAX_VALUE,
            role.bundle(),
            role.k(),
            role.partition(),
            role.student(),
            figures);
    for (int i = 0; i < 30; i++) {
      replay.input(new Input.ReportHeard("a", Json.read(json, Report.class)));
      rounds(2);
    }
    replay.state("h", Availability.OFFLINE, 1);
    assertTrue(plan().complete(), () -> plan().toString());
    PersistedState persisted = replay.state.keptAtEnd();
    assertEquals(persisted, Json.read(Json.write(persisted), PersistedState.class));
  }

  @Test
  void reportsOfStrangersTeachNothing() {
    running(1_000);
    State before = replay.state;
    Report report =
        new Report(
            7, 0, 9, 0, List.of(), List.of(), List.of(), List.of(), Report.Stops.NONE, List.of());
    replay.input(new Input.ReportHeard("stranger", report));
    replay.input(new Input.ReportHeard("a", report));
    assertEquals(before.learning(), replay.state.learning());
  }
}
