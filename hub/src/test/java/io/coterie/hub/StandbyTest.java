package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.coterie.hub.Standby.Effect;
import io.coterie.hub.Standby.Input;
import io.coterie.hub.Standby.Phase;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class StandbyTest {
  private static final long MS = 1_000_000;

  private long nowNs = -10_000 * MS;
  private Standby standby = Standby.initial(nowNs);
  private List<Effect> effects = List.of();

  @Test
  void followsTheFirstHub() {
    input(Input.REACHED);
    after(100_000);
    assertEquals(Phase.FOLLOWING, standby.phase());
    assertFalse(standby.serves());
  }

  @Test
  void servesWhereTheFirstHubDoesNotStart() {
    after(4_999);
    assertEquals(Phase.WAITING, standby.phase());
    after(1);
    assertEquals(List.of(Effect.SERVE), effects);
  }

  @Test
  void servesSoonAfterTheFirstHubIsLost() {
    input(Input.REACHED);
    input(Input.LOST);
    after(299);
    assertFalse(standby.serves());
    after(1);
    assertEquals(List.of(Effect.SERVE), effects);
    assertTrue(standby.serves());
  }

  @Test
  void aHiccupIsNoReasonToServe() {
    input(Input.REACHED);
    input(Input.LOST);
    after(200);
    input(Input.REACHED);
    after(1_000);
    assertEquals(Phase.FOLLOWING, standby.phase());
  }

  @Test
  void drainsBeforeItFollowsAgain() {
    serve();
    input(Input.REACHED);
    after(999);
    assertEquals(List.of(), effects);
    after(1);
    assertEquals(List.of(Effect.DRAIN), effects);
    input(Input.DRAINED);
    assertEquals(List.of(Effect.FOLLOW), effects);
    assertEquals(Phase.FOLLOWING, standby.phase());
  }

  @Test
  void doesNotWaitForEverForFramesThatNobodyAnswers() {
    serve();
    input(Input.REACHED);
    after(1_000);
    after(5_000);
    assertEquals(List.of(Effect.FOLLOW), effects);
  }

  @Test
  void servesOnWhereTheFirstHubGoesAgain() {
    serve();
    input(Input.REACHED);
    input(Input.LOST);
    after(10_000);
    assertEquals(Phase.SERVING, standby.phase());
    input(Input.REACHED);
    after(1_000);
    input(Input.LOST);
    assertEquals(List.of(Effect.RESUME), effects);
    assertEquals(Phase.SERVING, standby.phase());
  }

  static List<Long> seeds() {
    return new Random(4).longs(50).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void effectsMatchThePhasesWhateverHappens(long seed) {
    Random random = new Random(seed);
    List<Input> inputs = List.of(Input.values());
    boolean serving = false;
    boolean draining = false;
    for (int step = 0; step < 500; step++) {
      nowNs += random.nextInt(2_000) * MS;
      input(inputs.get(random.nextInt(inputs.size())));
      for (Effect effect : effects) {
        String message = "seed " + seed + " step " + step + " " + effect;
        assertEquals(effect != Effect.SERVE, serving, message);
        assertEquals(effect == Effect.RESUME || effect == Effect.FOLLOW, draining, message);
        serving = effect != Effect.FOLLOW;
        draining = effect == Effect.DRAIN;
      }
      assertEquals(serving, standby.serves(), "seed " + seed + " step " + step);
    }
  }

  private void serve() {
    input(Input.REACHED);
    input(Input.LOST);
    after(300);
    assertTrue(standby.serves());
  }

  private void after(long milliseconds) {
    nowNs += milliseconds * MS;
    input(Input.TICK);
  }

  private void input(Input input) {
    Standby.Decision decision = standby.decide(input, nowNs);
    standby = decision.state();
    effects = decision.effects();
  }
}
