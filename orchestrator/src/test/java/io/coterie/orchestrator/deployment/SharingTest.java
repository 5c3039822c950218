package io.coterie.orchestrator.deployment;

import static io.coterie.orchestrator.deployment.Fixtures.STUDENT_BYTES;
import static io.coterie.orchestrator.deployment.Fixtures.capability;
import static io.coterie.orchestrator.deployment.Fixtures.manifest;
import static io.coterie.orchestrator.deployment.Fixtures.named;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.protocol.bundle.Manifest;
import io.coterie.protocol.message.Availability;
import io.coterie.protocol.message.DeploymentSpec;
import io.coterie.protocol.message.PlanMessage;
import io.coterie.protocol.message.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deployments share the boards' memory, and what runs keeps its place. */
final class SharingTest {
  private static final Manifest FIRST = manifest(2);
  private static final Manifest SECOND = named("second", FIRST);

  private final Replay replay = new Replay();

  /** Two boards with room for one student each, and a deployment that fills them. */
  private void full() {
    replay.ready();
    for (String board : List.of("a", "b")) {
      replay.online(board, capability(1, false, 0, 0, STUDENT_BYTES));
    }
    replay.deploy("middle", FIRST, 0);
    replay.after(200);
    assertTrue(replay.plan("middle").complete());
  }

  private static List<PlanMessage.Group> groups(PlanMessage plan) {
    return plan.groups();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a-first-by-name", "z-last-by-name"})
  void whatRunsKeepsItsPlaceWhateverTheNameOfTheNewOne(String name) {
    full();
    PlanMessage before = replay.plan("middle");
    replay.deploy(name, SECOND, 0);
    assertEquals(before, replay.plan("middle"));
    assertFalse(replay.plan(name).complete());
    replay.after(10_000);
    assertEquals(groups(before), groups(replay.plan("middle")));
  }

  @Test
  void aNewDeploymentThatDoesNotFitIsToldWhoHoldsTheMemory() {
    full();
    replay.deploy("a-first-by-name", SECOND, 0);
    List<Reason> held =
        replay.plan("a-first-by-name").reasons().stream()
            .filter(reason -> reason.code() == Reason.Code.MEMORY_HELD)
            .toList();
    assertEquals(
        List.of(
            "middle runs and keeps its place: it holds 0.2 MB on a, b; end or pause it, or give"
                + " boards more memory"),
        Reason.texts(held));
  }

  /** A larger spec of one that runs gets what is free, not what another one has. */
  @Test
  void whoWantsMoreThanBeforeTakesNothingFromOthersThatRun() {
    replay.ready();
    for (String board : List.of("a", "b", "c")) {
      replay.online(board, capability(1, false, 0, 0, 2 * STUDENT_BYTES));
    }
    replay.deploy("one", FIRST, 0);
    replay.deploy("two", SECOND, 0);
    replay.after(200);
    List<PlanMessage.Group> before = groups(replay.plan("two"));
    DeploymentSpec surer = Fixtures.spec(FIRST, 0.9999);
    replay.input(new Input.SpecHeard("one", surer));
    assertEquals(before, groups(replay.plan("two")));
  }

  @Test
  void itsMemoryIsFreeOnceItIsPausedOrEnded() {
    full();
    replay.deploy("a-first-by-name", SECOND, 0);
    replay.input(new Input.SpecHeard("middle", Fixtures.spec(FIRST, 0).withPaused(true)));
    assertTrue(replay.plan("a-first-by-name").complete());
    replay.input(new Input.SpecHeard("middle", Fixtures.spec(FIRST, 0)));
    assertFalse(replay.plan("middle").complete());
    replay.input(new Input.SpecRemoved("a-first-by-name"));
    assertTrue(replay.plan("middle").complete());
  }

  @Test
  void aBoardThatIsLostTakesNobodyElsesPlace() {
    replay.ready();
    for (String board : List.of("a", "b", "c", "d")) {
      replay.online(board, capability(1, false, 0, 0, STUDENT_BYTES));
    }
    replay.deploy("one", FIRST, 0);
    replay.after(200);
    replay.deploy("two", SECOND, 0);
    replay.after(200);
    List<PlanMessage.Group> before = groups(replay.plan("one"));
    String spare = before.get(0).agents().get(0);
    replay.state(spare, Availability.OFFLINE, 1);
    for (PlanMessage.Group group : groups(replay.plan("one"))) {
      assertFalse(group.agents().isEmpty());
    }
  }

  /** The same bundle anew under the same name may use the memory that it holds already. */
  @Test
  void anotherBundleOfTheSameNameTakesThePlaceOfTheOneBefore() {
    full();
    replay.deploy("middle", SECOND, 0);
    PlanMessage plan = replay.plan("middle");
    assertTrue(plan.complete(), plan::toString);
    assertEquals(Fixtures.digest(SECOND), plan.bundle());
  }
}
