package io.coterie.agent.gpio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StatusLightTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Condition ASSIGNED = new Condition(true, false, true, 0, 0, 0, false);

  @ParameterizedTest
  @CsvSource({
    "false, false, true, 0, 0, 0, false, JOINING",
    "false, true, true, 1, 1, 1, true, JOINING",
    "true, false, false, 0, 0, 0, false, IDLE",
    "true, false, true, 0, 0, 0, false, ASSIGNED",
    "true, false, true, 1, 0, 0, false, INFERRING",
    "true, false, true, 1, 0, 1, false, DEGRADED",
    "true, false, true, 1, 0, 0, true, DEGRADED",
    "true, true, true, 1, 0, 1, true, DRAINING",
    "true, true, true, 1, 1, 1, true, ERROR",
  })
  void showsTheMostImportant(
      boolean connected,
      boolean draining,
      boolean assigned,
      long worked,
      long failed,
      long dropped,
      boolean impaired,
      BlinkPattern expected) {
    Condition condition =
        new Condition(connected, draining, assigned, worked, failed, dropped, impaired);
    assertEquals(expected, seen(condition).pattern());
  }

  private static StatusLight seen(Condition condition) {
    StatusLight light = new StatusLight(0);
    light.seen(condition, SECOND);
    return light;
  }

  private static BlinkPattern at(StatusLight light, long nowNs) {
    light.tick(nowNs);
    return light.pattern();
  }

  @Test
  void forgetsWorkAndTroubleAfterAWhile() {
    StatusLight worked = seen(new Condition(true, false, true, 7, 0, 0, false));
    assertEquals(BlinkPattern.INFERRING, at(worked, SECOND + StatusLight.WORK_NS - 1));
    assertEquals(BlinkPattern.ASSIGNED, at(worked, SECOND + StatusLight.WORK_NS));
    StatusLight failed = seen(new Condition(true, false, true, 0, 1, 0, false));
    assertEquals(BlinkPattern.ERROR, at(failed, SECOND + StatusLight.TROUBLE_NS - 1));
    assertEquals(BlinkPattern.ASSIGNED, at(failed, SECOND + StatusLight.TROUBLE_NS));
  }

  /** Its students were replaced, and count anew: that is no failure, and the new ones work. */
  @Test
  void takesCountersThatBeginAnewForWhatTheyAre() {
    StatusLight light = seen(new Condition(true, false, true, 9, 3, 3, false));
    light.tick(20 * SECOND);
    light.seen(new Condition(true, false, true, 1, 0, 0, false), 20 * SECOND);
    assertEquals(BlinkPattern.INFERRING, light.pattern());
  }

  @Test
  void identifiesTheBoardWhateverItDoesAndGoesOn() {
    StatusLight light = new StatusLight(0);
    light.identify(SECOND);
    assertEquals(BlinkPattern.IDENTIFY, light.pattern());
    light.seen(ASSIGNED, 2 * SECOND);
    assertEquals(BlinkPattern.IDENTIFY, light.pattern());
    assertEquals(BlinkPattern.ASSIGNED, at(light, SECOND + StatusLight.IDENTIFY_NS));
    assertEquals(OptionalLong.empty(), light.dueNs(SECOND + StatusLight.IDENTIFY_NS));
  }

  @Test
  void aPatternBeginsLitAndIsNotBegunAgainByEveryLook() {
    StatusLight light = seen(ASSIGNED);
    light.identify(2 * SECOND);
    assertEquals(true, light.lit(2 * SECOND));
    light.seen(ASSIGNED, 2 * SECOND + 70_000_000);
    assertEquals(false, light.lit(2 * SECOND + 70_000_000));
    assertEquals(OptionalLong.of(2 * SECOND + 100_000_000), light.dueNs(2 * SECOND + 70_000_000));
  }
}
