package io.coterie.agent.gpio;

import io.coterie.protocol.json.Check;
import io.coterie.protocol.topic.Topics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pins do what. Pins have the numbers that Raspberry Pi calls GPIO 2 to GPIO 27.
 *
 * @param trigger takes a picture
 */
public record GpioSettings(
    Optional<Led> led, Optional<Input> button, Optional<Input> trigger, List<Output> outputs) {
  public static final GpioSettings NONE =
      new GpioSettings(Optional.empty(), Optional.empty(), Optional.empty(), List.of());

  private static final int FIRST_PIN = 2;
  private static final int LAST_PIN = 27;
  private static final long MAX_DEBOUNCE_MS = 10_000;
  private static final long MAX_HOLD_MS = 86_400_000;

  /** What holds an input where nothing is connected. A pressed button pulls the other way. */
  public enum Pull {
    UP,
    DOWN,
    NONE
  }

  /** The status LED; {@code activeLow} where it is lit by a low level. */
  public record Led(int pin, boolean activeLow) {
    public Led {
      checkPin(pin);
    }
  }

  /** A button or a sensor. With a pull-up it is active while the level is low, else while high. */
  public record Input(int pin, Pull pull, long debounceMs) {
    public Input {
      checkPin(pin);
      Check.present(pull, "pull");
      Check.range(debounceMs, 0, MAX_DEBOUNCE_MS, "debounceMs");
    }

    boolean active(boolean high) {
      return high == (pull != Pull.UP);
    }
  }

  /**
   * A pin that follows the results of a deployment.
   *
   * @param activeLow whether a low level means on, as with most relay boards
   * @param holdMs how long it stays on after the last result that the rule held for
   */
  public record Output(int pin, boolean activeLow, String deployment, Rule when, long holdMs) {
    public Output {
      checkPin(pin);
      Topics.checkName(deployment, "deployment");
      Check.present(when, "when");
      Check.range(holdMs, 1, MAX_HOLD_MS, "holdMs");
    }
  }

  public GpioSettings {
    outputs = Check.list(outputs, "outputs");
    Set<Integer> used = new HashSet<>();
    for (int pin : pins(led, button, trigger, outputs)) {
      if (!used.add(pin)) {
        throw new IllegalArgumentException("pin " + pin + " is used twice: give each its own");
      }
    }
  }

  private static List<Integer> pins(
      Optional<Led> led, Optional<Input> button, Optional<Input> trigger, List<Output> outputs) {
    List<Integer> pins = new ArrayList<>();
    led.ifPresent(it -> pins.add(it.pin()));
    button.ifPresent(it -> pins.add(it.pin()));
    trigger.ifPresent(it -> pins.add(it.pin()));
    outputs.forEach(it -> pins.add(it.pin()));
    return pins;
  }

  public boolean isEmpty() {
    return pins(led, button, trigger, outputs).isEmpty();
  }

  /** Whose results the outputs follow. */
  public Set<String> deployments() {
    return outputs.stream().map(Output::deployment).collect(Collectors.toSet());
  }

  private static void checkPin(int pin) {
    if (pin < FIRST_PIN || pin > LAST_PIN) {
      throw new IllegalArgumentException(
          "must be " + FIRST_PIN + " to " + LAST_PIN + ", as in GPIO17: pin=" + pin);
    }
  }
}
