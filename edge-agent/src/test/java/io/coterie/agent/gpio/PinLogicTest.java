package io.coterie.agent.gpio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInputProvider;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProvider;
import io.coterie.agent.gpio.GpioSettings.Input;
import io.coterie.agent.gpio.GpioSettings.Led;
import io.coterie.agent.gpio.GpioSettings.Output;
import io.coterie.agent.gpio.GpioSettings.Pull;
import io.coterie.protocol.message.FrameKey;
import io.coterie.protocol.message.Outcome;
import io.coterie.protocol.message.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Everything that pins do, on Pi4J's mock platform, in a time of its own. */
final class PinLogicTest {
  private static final long MS = 1_000_000;
  private static final int LED = 17;
  private static final int BUTTON = 27;
  private static final int PIR = 22;
  private static final int RELAY = 24;

  private final Context context =
      Pi4J.newContextBuilder()
          .noAutoDetect()
          .disableShutdownHook()
          .add(MockDigitalInputProvider.newInstance(), MockDigitalOutputProvider.newInstance())
          .build();

  private final List<String> done = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private long nowNs;
  private PinLogic logic;

  private void start(GpioSettings settings) {
    logic =
        new PinLogic(
            settings,
            new Pi4jPins(context),
            new PinLogic.Actions(
                () -> done.add("identify"), () -> done.add("drain"), () -> done.add("capture")),
            (pin, high) -> logic.edge(pin, high, nowNs),
            problems::add,
            nowNs);
  }

  @AfterEach
  void close() {
    logic.close();
  }

  private static GpioSettings led(boolean activeLow) {
    return new GpioSettings(
        Optional.of(new Led(LED, activeLow)), Optional.empty(), Optional.empty(), List.of());
  }

  private static GpioSettings inputs(Pull pull) {
    return new GpioSettings(
        Optional.empty(),
        Optional.of(new Input(BUTTON, pull, 50)),
        Optional.of(new Input(PIR, Pull.DOWN, 100)),
        List.of());
  }

  private static GpioSettings outputs(Output... outputs) {
    return new GpioSettings(Optional.empty(), Optional.empty(), Optional.empty(), List.of(outputs));
  }

  private boolean high(int pin) {
    MockDigitalOutput output = context.registry().get("pin-" + pin);
    return output.isHigh();
  }

  private void set(int pin, boolean high, long ms) {
    passTo(ms);
    MockDigitalInput input = context.registry().get("pin-" + pin);
    input.mockState(DigitalState.getState(high));
  }

  /** As the panel does: looks whenever something is due. */
  private void passTo(long ms) {
    OptionalLong due = logic.dueNs(nowNs);
    while (due.isPresent() && due.getAsLong() - ms * MS <= 0) {
      nowNs = due.getAsLong();
      logic.tick(nowNs);
      due = logic.dueNs(nowNs);
    }
    nowNs = ms * MS;
    logic.tick(nowNs);
  }

  private static Condition condition(BlinkPattern pattern) {
    return switch (pattern) {
      case JOINING, IDENTIFY -> new Condition(false, false, false, 0, 0, 0, false);
      case IDLE -> new Condition(true, false, false, 0, 0, 0, false);
      case ASSIGNED -> new Condition(true, false, true, 0, 0, 0, false);
      case INFERRING -> new Condition(true, false, true, 1, 0, 0, false);
      case DEGRADED -> new Condition(true, false, true, 0, 0, 0, true);
      case DRAINING -> new Condition(true, true, true, 0, 0, 0, false);
      case ERROR -> new Condition(true, false, true, 0, 1, 0, false);
    };
  }

  @ParameterizedTest
  @EnumSource(BlinkPattern.class)
  void theLedShowsEveryPattern(BlinkPattern pattern) {
    start(led(false));
    if (pattern == BlinkPattern.IDENTIFY) {
      logic.identify(0);
    }
    logic.seen(condition(pattern), 0);
    for (long ms = 0; ms < 1500; ms += 10) {
      passTo(ms);
      assertEquals(pattern.litAt(nowNs), high(LED), pattern + " at " + ms);
    }
  }

  @Test
  void anLedMayBeLitByALowLevel() {
    start(led(true));
    passTo(499);
    assertEquals(false, high(LED));
    passTo(500);
    assertEquals(true, high(LED));
    passTo(1000);
    assertEquals(false, high(LED));
  }

  @ParameterizedTest
  @CsvSource({"UP, false", "DOWN, true", "NONE, true"})
  void aShortPressIdentifiesAndALongOneDrains(Pull pull, boolean pressed) {
    if (pull == Pull.UP) {
      // The mock's pins begin low, as if somebody held the button.
      start(inputs(pull));
      set(BUTTON, true, 10);
      passTo(100);
    } else {
      start(inputs(pull));
    }
    set(BUTTON, pressed, 1000);
    set(BUTTON, !pressed, 1400);
    passTo(1449);
    assertEquals(List.of(), done);
    passTo(1450);
    assertEquals(List.of("identify"), done);
    set(BUTTON, pressed, 2000);
    passTo(5049);
    assertEquals(List.of("identify"), done);
    passTo(5050);
    assertEquals(List.of("identify", "drain"), done);
    set(BUTTON, !pressed, 9000);
    passTo(20_000);
    assertEquals(List.of("identify", "drain"), done);
  }

  @Test
  void contactsThatBounceAreOnePress() {
    start(inputs(Pull.DOWN));
    for (int i = 0; i < 11; i++) {
      set(BUTTON, i % 2 == 0, 100 + 7L * i);
    }
    for (int i = 0; i < 11; i++) {
      set(BUTTON, i % 2 == 1, 600 + 7L * i);
    }
    passTo(2000);
    assertEquals(List.of("identify"), done);
  }

  @Test
  void aDisturbanceShorterThanTheTimeToStandIsNothing() {
    start(inputs(Pull.DOWN));
    set(BUTTON, true, 100);
    set(BUTTON, false, 149);
    set(PIR, true, 100 + 60);
    set(PIR, false, 100 + 159);
    passTo(10_000);
    assertEquals(List.of(), done);
  }

  @Test
  void everyRiseOfTheTriggerTakesOnePicture() {
    start(inputs(Pull.DOWN));
    set(PIR, true, 100);
    passTo(199);
    assertEquals(List.of(), done);
    passTo(5000);
    assertEquals(List.of("capture"), done);
    set(PIR, false, 5100);
    set(PIR, true, 6000);
    passTo(7000);
    assertEquals(List.of("capture", "capture"), done);
  }

  private void result(String deployment, String label, double confidence, long ms) {
    passTo(ms);
    logic.result(
        deployment,
        new Result(
            "f",
            "porch",
            Outcome.OK,
            label,
            1,
            confidence,
            List.of(),
            new Result.Portions(1, 1),
            1,
            1,
            10,
            List.of(),
            null,
            null),
        nowNs);
  }

  private static Output person(int pin, boolean activeLow, long holdMs) {
    return new Output(
        pin, activeLow, "porch", Rule.parse("label == 'person' && confidence > 0.8"), holdMs);
  }

  @Test
  void anOutputStaysOnForItsHoldTimeAfterTheLastResultThatFits() {
    start(outputs(person(RELAY, false, 5000)));
    assertEquals(false, high(RELAY));
    result("porch", "person", 0.7, 100);
    result("porch", "cat", 0.9, 200);
    result("other", "person", 0.9, 300);
    assertEquals(false, high(RELAY));
    result("porch", "person", 0.9, 1000);
    assertEquals(true, high(RELAY));
    result("porch", "cat", 0.9, 2000);
    assertEquals(true, high(RELAY));
    result("porch", "person", 0.9, 3000);
    passTo(7999);
    assertEquals(true, high(RELAY));
    passTo(8000);
    assertEquals(false, high(RELAY));
    assertEquals(OptionalLong.empty(), logic.dueNs(nowNs));
  }

  @Test
  void aFrameWithoutAnAnswerChangesNothing() {
    start(outputs(person(RELAY, false, 5000)));
    result("porch", "person", 0.9, 0);
    Result expired =
        Result.without(
            Outcome.EXPIRED, new FrameKey("porch", "g"), new Result.Portions(0, 1), 1, 500, "late");
    logic.result("porch", expired, 1000 * MS);
    passTo(4999);
    assertEquals(true, high(RELAY));
    passTo(5000);
    assertEquals(false, high(RELAY));
  }

  @Test
  void relaysThatALowLevelSwitchesAreOffFromTheStartAndAtTheEnd() {
    start(outputs(person(RELAY, true, 5000), person(25, false, 9000)));
    assertEquals(true, high(RELAY));
    result("porch", "person", 0.9, 0);
    assertEquals(false, high(RELAY));
    assertEquals(true, high(25));
    MockDigitalOutput relay = context.registry().get("pin-" + RELAY);
    MockDigitalOutput lamp = context.registry().get("pin-25");
    logic.close();
    assertEquals(true, relay.isHigh());
    assertEquals(false, lamp.isHigh());
  }

  @Test
  void aPinThatIsTakenCostsNothingElse() {
    context.create(
        com.pi4j.io.gpio.digital.DigitalOutput.newConfigBuilder(context)
            .id("pin-" + RELAY)
            .address(RELAY)
            .build());
    start(outputs(person(RELAY, false, 5000), person(25, false, 9000)));
    assertEquals(1, problems.size(), problems.toString());
    assertTrue(problems.get(0).startsWith("pin 24 cannot be used"), problems.get(0));
    result("porch", "person", 0.9, 0);
    assertEquals(true, high(25));
  }
}
