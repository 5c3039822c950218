package io.coterie.orchestrator.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.coterie.client.fleet.Fleet;
import io.coterie.client.fleet.Membership;
import io.coterie.orchestrator.learning.Learnt;
import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.AgentState;
import io.coterie.protocol.message.Assignment;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.OrchestratorState;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Report;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Java 17 does not check that a dispatch over a sealed type is complete: this does. */
class EveryInputTest {
  private static final Manifest MANIFEST = Fixtures.manifest(1);

  private static final List<Membership.Input> ABOUT_AGENTS =
      List.of(
          new Membership.StateHeard("a", new AgentState(Availability.ONLINE, 1)),
          new Membership.StateCleared("a"),
          new Membership.CapabilityHeard("a", Fixtures.capability(1)),
          new Membership.CapabilityCleared("a"),
          new Membership.Heard("a", 1),
          new Membership.Reconnected(),
          new Membership.Moved(Set.of("a", "never heard of")),
          new Membership.Tick());

  private static final List<Input> INPUTS =
      List.of(
          new Input.Connected(),
          new Input.Connected(true),
          new Input.Leaving(),
          new Input.Disconnected(),
          new Input.Tick(),
          new Input.AgentHeard(new Membership.Tick()),
          new Input.ReportHeard(
              "a",
              new Report(
                  1,
                  0,
                  0,
                  0,
                  List.of(),
                  List.of(),
                  List.of(),
                  List.of(),
                  Report.Stops.NONE,
                  List.of())),
          new Input.SpecHeard("d", Fixtures.spec(MANIFEST, 0)),
          new Input.SpecRemoved("d"),
          new Input.ManifestReady(Fixtures.digest(MANIFEST), MANIFEST),
          new Input.ManifestRefused(Fixtures.digest(MANIFEST), "reason"),
          new Input.PlanHeard("d", hostilePlan()),
          new Input.AssignmentHeard("a", new Assignment(1, 1, List.of(), List.of())),
          new Input.OrchestratorHeard(new OrchestratorState(Availability.ONLINE, 1, "other")));

  /** Valid as a record, impossible as a plan. */
  private static PlanMessage hostilePlan() {
    PlanMessage.Group group =
        new PlanMessage.Group(9, "no such student", List.of("a b", "a", "a"), -1, 1, List.of());
    return new PlanMessage(
        1,
        1,
        Fixtures.digest(MANIFEST),
        null,
        true,
        2,
        0,
        List.of(group, group),
        "no such agent",
        "",
        -1,
        1,
        1,
        List.of(),
        List.of());
  }

  @Test
  void everyInputHasACase() {
    assertEquals(permitted(Input.class), classes(INPUTS));
    assertEquals(permitted(Membership.Input.class), classes(ABOUT_AGENTS));
  }

  @Test
  void membershipUnderstandsEveryInput() {
    for (Membership.Input input : ABOUT_AGENTS) {
      assertNotNull(Membership.decide(Fleet.EMPTY, input, 0).fleet());
    }
  }

  @ParameterizedTest
  @EnumSource(State.Phase.class)
  void everyInputIsUnderstoodAfterEveryOtherInEveryPhase(State.Phase phase) {
    for (Input first : INPUTS) {
      for (Input second : INPUTS) {
        Replay replay = in(phase);
        replay.input(first);
        replay.input(second);
        replay.online("a");
        replay.after(10_000);
        assertNotNull(replay.state, () -> first + " then " + second);
      }
    }
  }

  private static Replay in(State.Phase phase) {
    Replay replay = new Replay();
    replay.state =
        State.initial(
            "hub",
            1,
            new PersistedState(Map.of(), Map.of(), Map.of(), 2, 3, Learnt.NOTHING, Map.of()));
    if (phase != State.Phase.DISCONNECTED) {
      replay.input(new Input.Connected());
    }
    if (phase == State.Phase.FOLLOWING) {
      replay.input(other(1L << 40));
      replay.after(500);
    }
    if (phase == State.Phase.READY) {
      replay.after(500);
    }
    assertEquals(phase, replay.state.phase());
    return replay;
  }

  private static Input other(long term) {
    return new Input.OrchestratorHeard(new OrchestratorState(Availability.ONLINE, term, "other"));
  }

  private static Set<Class<?>> permitted(Class<?> sealed) {
    return Arrays.stream(sealed.getPermittedSubclasses()).collect(Collectors.toSet());
  }

  private static Set<Class<?>> classes(List<?> samples) {
    return samples.stream().map(Object::getClass).collect(Collectors.toSet());
  }
}
