package io.coterie.protocol.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.bundle.Strategy;
import io.coterie.protocol.json.Json;
import io.coterie.protocol.json.JsonException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files beside this test are messages as they are or once were written, by the number behind
 * their name. They are only ever added to: what was once on the wire must be readable for ever.
 */
final class WireFilesTest {
  @ParameterizedTest
  @CsvSource({
    "AgentState, 1",
    "Capability, 1",
    "Assignment, 6",
    "Control, 1",
    "DeploymentSpec, 8",
    "PlanMessage, 6",
    "Report, 7",
    "AgentRequest, 1",
    "Result, 1",
    "Result, 2",
    "Load, 1",
    "Admitted, 1",
    "OrchestratorState, 2"
  })
  void readsAndWritesTheNewestFile(String name, int number) throws Exception {
    Class<?> type = Class.forName(getClass().getPackageName() + "." + name);
    String golden = file(type, number);
    assertEquals(golden.strip(), Json.write(Json.read(golden, type)));
  }

  @Test
  void readsReportsThatTellNoTotalAndNothingOfFusers() throws Exception {
    Report old = Json.read(file(Report.class, 1), Report.class);
    assertEquals(0, old.models().get(0).totalMs());
    assertEquals(1000, old.models().get(0).frames());
    assertEquals(List.of(), old.fused());
  }

  @Test
  void readsReportsOfBoardsThatTellNothingOfThemselves() throws Exception {
    Report old = Json.read(file(Report.class, 5), Report.class);
    assertNull(old.board());
    assertNull(old.capture());
  }

  @Test
  void refusesRequestsForWhatAgentsDoNotKnow() {
    JsonException e =
        assertThrows(
            JsonException.class, () -> Json.read("{\"action\":\"dance\"}", AgentRequest.class));
    assertEquals("must be identify, drain or resume: action", e.getMessage());
  }

  @Test
  void readsSpecsThatSayLittle() throws Exception {
    DeploymentSpec old = Json.read(file(DeploymentSpec.class, 1), DeploymentSpec.class);
    assertEquals(DeploymentSpec.Goal.ACCURACY, old.goal());
    assertEquals(PortionEncoding.FLOAT32, old.portions());
    assertFalse(old.paused());
    Assignment assignment = Json.read(file(Assignment.class, 1), Assignment.class);
    assertEquals(PortionEncoding.FLOAT32, assignment.students().get(0).portions());
  }

  @Test
  void readsPlansThatTellNothingOfMembers() throws Exception {
    PlanMessage old = Json.read(file(PlanMessage.class, 1), PlanMessage.class);
    assertEquals(List.of(), old.groups().get(0).members());
    assertEquals(List.of("a", "b"), old.groups().get(0).agents());
  }

  /** What was written before there were strategies is rocoin's. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void readsMessagesThatTellNoStrategyAsRocoin(int number) throws Exception {
    Assignment assignment = Json.read(file(Assignment.class, number), Assignment.class);
    assertEquals(Strategy.ROCOIN, assignment.students().get(0).strategy());
    assertEquals(ExitRule.Mode.CONTINUE, assignment.students().get(0).mode());
    assertEquals(Strategy.ROCOIN, assignment.fusers().get(0).strategy());
    assertEquals(ExitRule.standard(), assignment.fusers().get(0).exitRule());
    PlanMessage plan = Json.read(file(PlanMessage.class, number), PlanMessage.class);
    assertEquals(Strategy.ROCOIN, plan.strategy());
    DeploymentSpec spec = Json.read(file(DeploymentSpec.class, number), DeploymentSpec.class);
    assertEquals(ExitRule.standard(), spec.exitRule());
    Report report = Json.read(file(Report.class, number), Report.class);
    assertEquals(Strategy.ROCOIN, report.models().get(0).strategy());
    assertEquals(List.of(), report.models().get(0).stages());
    assertEquals(Report.Stops.NONE, report.stops());
  }

  @Test
  void readsReportsThatTellNothingOfExits() throws Exception {
    Report.FuserReport fused = Json.read(file(Report.class, 2), Report.class).fused().get(0);
    assertEquals(List.of(), fused.exits());
    assertEquals(0, fused.threshold());
  }

  /** What was written before there were standbys is of a fuser that answers alone. */
  @Test
  void readsMessagesThatTellNothingOfStandbys() throws Exception {
    FuserRole role = Json.read(file(Assignment.class, 3), Assignment.class).fusers().get(0);
    assertFalse(role.standby());
    assertEquals(300, Json.read(file(DeploymentSpec.class, 4), DeploymentSpec.class).hedgeMs());
    assertEquals(
        Map.of(), Json.read(file(Report.class, 4), Report.class).fused().get(0).garbageOf());
  }

  /** What was written before there were roll-outs in stages is of the whole fleet at once. */
  @Test
  void readsMessagesThatTellNothingOfRollouts() throws Exception {
    DeploymentSpec spec = Json.read(file(DeploymentSpec.class, 6), DeploymentSpec.class);
    assertEquals(RolloutRule.AT_ONCE, spec.rollout());
    assertEquals(List.of(), Json.read(file(Assignment.class, 5), Assignment.class).trials());
    assertNull(Json.read(file(PlanMessage.class, 4), PlanMessage.class).rollout());
    Report report = Json.read(file(Report.class, 6), Report.class);
    assertEquals(List.of(), report.trials());
    assertEquals(ResultCounts.NONE, report.fused().get(0).answers());
  }

  /** What was written before specs had generations answers whatever has its bundle and strategy. */
  @Test
  void readsPlansThatTellNoGeneration() throws Exception {
    DeploymentSpec spec = Json.read(file(DeploymentSpec.class, 7), DeploymentSpec.class);
    assertNull(spec.generation());
    PlanMessage plan = Json.read(file(PlanMessage.class, 5), PlanMessage.class);
    assertEquals("", plan.generation());
    assertTrue(plan.answers(spec.withStrategy(Strategy.DISTREE, null).withObjectives(7, 0.5)));
    assertFalse(plan.answers(spec));
  }

  @Test
  void readsOrchestratorsThatTellNoIncarnation() throws Exception {
    OrchestratorState old = Json.read(file(OrchestratorState.class, 1), OrchestratorState.class);
    assertEquals(0, old.incarnation());
  }

  @Test
  void readsReasonsThatAreOnlyText() throws Exception {
    PlanMessage plan = Json.read(file(PlanMessage.class, 5), PlanMessage.class);
    assertEquals(List.of(Reason.of(Reason.Code.OTHER, "b is slow")), plan.reasons());
  }

  @Test
  void readsReasonsWhoseCodeItDoesNotKnow() throws Exception {
    String newer = file(PlanMessage.class, 6).replace("board-slow", "board-on-fire");
    Reason reason = Json.read(newer, PlanMessage.class).reasons().get(0);
    assertEquals(Reason.ofAgent(Reason.Code.OTHER, "b", "b is slow"), reason);
  }

  @ParameterizedTest
  @CsvSource({"{}", "[]", "{\"code\":\"paused\"}", "7"})
  void refusesReasonsThatSayNothing(String reason) throws Exception {
    String plan = file(PlanMessage.class, 5).replace("\"b is slow\"", reason);
    assertThrows(JsonException.class, () -> Json.read(plan, PlanMessage.class));
  }

  @ParameterizedTest
  @CsvSource({"''", "' '", "12345678901234567890123456789012345678901234567890123456789012345"})
  void refusesGenerationsThatAreNoNames(String generation) throws Exception {
    String text = file(DeploymentSpec.class, 8).replace("1796000000000-kitchen", generation);
    JsonException e =
        assertThrows(JsonException.class, () -> Json.read(text, DeploymentSpec.class));
    assertEquals("must be 1 to 64 characters: generation=" + generation, e.getMessage());
  }

  @Test
  void aChangedSpecIsAnotherGeneration() throws Exception {
    DeploymentSpec spec = Json.read(file(DeploymentSpec.class, 8), DeploymentSpec.class);
    PlanMessage plan = Json.read(file(PlanMessage.class, 6), PlanMessage.class).answering(spec);
    assertEquals("1796000000000-kitchen", plan.generation());
    assertTrue(plan.answers(spec));
    DeploymentSpec changed = spec.withHedgeMs(spec.hedgeMs() + 1);
    assertNull(changed.generation());
    assertFalse(plan.answers(changed));
    assertTrue(plan.answering(changed).answers(changed));
    assertFalse(plan.answering(changed).answers(changed.withPaused(!changed.paused())));
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"mode\":\"slowly\"}', 'must be staged or at-once: rollout.mode'",
    "'{}', 'must be staged or at-once: rollout.mode'",
    "'{\"mode\":\"at-once\",\"canary\":\"a\"}', 'a canary goes with the mode staged: canary=a'",
    "'{\"mode\":\"staged\",\"canary\":\"a/b\"}', 'must be 1 to 64 letters'"
  })
  void refusesRolloutsThatMakeNoSense(String rule, String reason) throws Exception {
    String spec = file(DeploymentSpec.class, 6).strip();
    String text = spec.substring(0, spec.length() - 1) + ",\"rollout\":" + rule + "}";
    JsonException e =
        assertThrows(JsonException.class, () -> Json.read(text, DeploymentSpec.class));
    assertTrue(e.getMessage().startsWith(reason), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        AgentState.class,
        AgentRequest.class,
        Capability.class,
        Assignment.class,
        Control.class,
        DeploymentSpec.class,
        PlanMessage.class,
        Report.class,
        Result.class,
        OrchestratorState.class,
        Manifest.class
      })
  void refusesWhatIsNoMessage(Class<?> type) {
    for (String text : new String[] {"", "null", "[]", "{}", "7", "{\"a\":", "\u0000", "{{{{"}) {
      assertThrows(JsonException.class, () -> Json.read(text, type), text);
    }
  }

  /** Flips bytes of valid messages: the outcome is a message or one kind of exception. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void survivesDamagedMessages(long seed) throws Exception {
    Random random = new Random(seed);
    for (Class<?> type :
        new Class<?>[] {
          Assignment.class, PlanMessage.class, Capability.class, Result.class, Control.class
        }) {
      byte[] golden = file(type, 1).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i < 500; i++) {
        byte[] damaged = golden.clone();
        for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          assertNotNull(Json.read(damaged, type), "seed " + seed);
        } catch (JsonException e) {
          assertNotNull(e.getMessage(), "seed " + seed);
        }
      }
    }
  }

  private static String file(Class<?> type, int number) throws Exception {
    String name = type.getSimpleName() + "-" + number + ".json";
    try (InputStream in = type.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
