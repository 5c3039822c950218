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
    assertEquals(expected, StatusLight.begin(0).seen(condition, SECOND).pattern());
  }

  @Test
  void forgetsWorkAndTroubleAfterAWhile() {
    StatusLight worked =
        StatusLight.begin(0).seen(new Condition(true, false, true, 7, 0, 0, false), SECOND);
    assertEquals(BlinkPattern.INFERRING, worked.at(SECOND + StatusLight.WORK_NS - 1).pattern());
    assertEquals(BlinkPattern.ASSIGNED, worked.at(SECOND + StatusLight.WORK_NS).pattern());
    StatusLight failed =
        StatusLight.begin(0).seen(new Condition(true, false, true, 0, 1, 0, false), SECOND);
    assertEquals(BlinkPattern.ERROR, failed.at(SECOND + StatusLight.TROUBLE_NS - 1).pattern());
    assertEquals(BlinkPattern.ASSIGNED, failed.at(SECOND + StatusLight.TROUBLE_NS).pattern());
  }

  /** Its students were replaced, and count anew: that is no failure, and the new ones work. */
  @Test
  void takesCountersThatBeginAnewForWhatTheyAre() {
    StatusLight light =
        StatusLight.begin(0)
            .seen(new Condition(true, false, true, 9, 3, 3, false), 0)
            .at(20 * SECOND)
            .seen(new Condition(true, false, true, 1, 0, 0, false), 20 * SECOND);
    assertEquals(BlinkPattern.INFERRING, light.pattern());
  }

  @Test
  void identifiesTheBoardWhateverItDoesAndGoesOn() {
    StatusLight light = StatusLight.begin(0).identify(SECOND);
    assertEquals(BlinkPattern.IDENTIFY, light.pattern());
    StatusLight meanwhile = light.seen(ASSIGNED, 2 * SECOND);
    assertEquals(BlinkPattern.IDENTIFY, meanwhile.pattern());
    StatusLight after = meanwhile.at(SECOND + StatusLight.IDENTIFY_NS);
    assertEquals(BlinkPattern.ASSIGNED, after.pattern());
    assertEquals(OptionalLong.empty(), after.dueNs(SECOND + StatusLight.IDENTIFY_NS));
  }

  @Test
  void aPatternBeginsLitAndIsNotBegunAgainByEveryLook() {
    StatusLight light = StatusLight.begin(0).seen(ASSIGNED, SECOND).identify(2 * SECOND);
    assertEquals(true, light.lit(2 * SECOND));
    StatusLight seen = light.seen(ASSIGNED, 2 * SECOND + 70_000_000);
    assertEquals(false, seen.lit(2 * SECOND + 70_000_000));
    assertEquals(OptionalLong.of(2 * SECOND + 100_000_000), seen.dueNs(2 * SECOND + 70_000_000));
  }
}
