package io.coterie.agent.gpio;

import io.coterie.protocol.message.Result;
import io.coterie.protocol.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What happens at the pins: turns levels into what somebody means, and conditions and results into
 * levels. Has no clock and no thread of its own; not thread-safe.
 */
final class PinLogic implements AutoCloseable {
  /**
   * What somebody may want by a pin.
   *
   * @param identify shows which board this is
   * @param drainOrResume takes the board out of the fleet's plans, or back in
   * @param capture takes a picture
   */
  record Actions(Runnable identify, Runnable drainOrResume, Runnable capture) {}

  /** Hears of levels on any thread, and brings them to {@link #edge}. */
  interface Edges {
    void edge(int pin, boolean high);
  }

  private final Pins pins;
  private final Actions actions;
  private final Optional<Line> led;
  private final Optional<Sensor> button;
  private final Optional<Sensor> trigger;
  private final List<Follower> followers = new ArrayList<>();
  private final StatusLight light;
  private Press press;
  private boolean triggered;

  /** Takes the pins that it can get; reports the others. */
  PinLogic(
      GpioSettings settings,
      Pins pins,
      Actions actions,
      Edges edges,
      Consumer<String> problems,
      long nowNs) {
    this.pins = pins;
    this.actions = actions;
    led = settings.led().flatMap(it -> line(it.pin(), it.activeLow(), problems));
    button = settings.button().flatMap(it -> sensor(it, edges, problems, nowNs));
    trigger = settings.trigger().flatMap(it -> sensor(it, edges, problems, nowNs));
    for (GpioSettings.Output output : settings.outputs()) {
      line(output.pin(), output.activeLow(), problems)
          .ifPresent(line -> followers.add(new Follower(output, line)));
    }
    light = new StatusLight(nowNs);
    press = Press.begin(button.map(Sensor::active).orElse(false), nowNs);
    triggered = trigger.map(Sensor::active).orElse(false);
    tick(nowNs);
  }

  /** An output that is only told what changes. */
  private static final class Line {
    private final Pins.Output pin;
    private final boolean activeLow;
    private boolean on;

    Line(Pins.Output pin, boolean activeLow) {
      this.pin = pin;
      this.activeLow = activeLow;
    }

    void set(boolean nowOn) {
      if (nowOn != on) {
        pin.set(nowOn != activeLow);
        on = nowOn;
      }
    }
  }

  /** An input without its bouncing. */
  private static final class Sensor {
    private final GpioSettings.Input settings;
    private Debounce debounce;

    Sensor(GpioSettings.Input settings, boolean high, long nowNs) {
      this.settings = settings;
      debounce = Debounce.begin(settings.debounceMs() * 1_000_000, settings.active(high), nowNs);
    }

    boolean active() {
      return debounce.settled();
    }
  }

  /** An output that is on for a while after the last result that its rule holds for. */
  private static final class Follower {
    private final GpioSettings.Output settings;
    private final Line line;
    private OptionalLong untilNs = OptionalLong.empty();

    Follower(GpioSettings.Output settings, Line line) {
      this.settings = settings;
      this.line = line;
    }

    void result(String deployment, Result result, long nowNs) {
      if (settings.deployment().equals(deployment) && settings.when().holds(result)) {
        untilNs = OptionalLong.of(nowNs + TimeUnit.MILLISECONDS.toNanos(settings.holdMs()));
      }
    }

    void tick(long nowNs) {
      if (untilNs.isPresent() && nowNs - untilNs.getAsLong() >= 0) {
        untilNs = OptionalLong.empty();
      }
      line.set(untilNs.isPresent());
    }
  }

  private Optional<Line> line(int pin, boolean activeLow, Consumer<String> problems) {
    try {
      return Optional.of(new Line(pins.output(pin, activeLow), activeLow));
    } catch (PinException e) {
      problems.accept(e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<Sensor> sensor(
      GpioSettings.Input input, Edges edges, Consumer<String> problems, long nowNs) {
    try {
      boolean high = pins.input(input.pin(), input.pull(), level -> edges.edge(input.pin(), level));
      return Optional.of(new Sensor(input, high, nowNs));
    } catch (PinException e) {
      problems.accept(e.getMessage());
      return Optional.empty();
    }
  }

  /** After the level of an input has changed. */
  void edge(int pin, boolean high, long nowNs) {
    Stream.of(button, trigger)
        .flatMap(Optional::stream)
        .filter(sensor -> sensor.settings.pin() == pin)
        .forEach(
            sensor -> {
              tick(nowNs); // What stood long enough until now counts, whatever comes.
              sensor.debounce = sensor.debounce.edge(sensor.settings.active(high), nowNs);
            });
    tick(nowNs);
  }

  /** After a look at the agent. */
  void seen(Condition condition, long nowNs) {
    light.seen(condition, nowNs);
    tick(nowNs);
  }

  void identify(long nowNs) {
    light.identify(nowNs);
    tick(nowNs);
  }

  /** Whether there is an LED to identify the board by. */
  boolean hasLight() {
    return led.isPresent();
  }

  void result(String deployment, Result result, long nowNs) {
    followers.forEach(follower -> follower.result(deployment, result, nowNs));
    tick(nowNs);
  }

  /** After time has passed. */
  void tick(long nowNs) {
    button.ifPresent(it -> it.debounce = it.debounce.at(nowNs));
    button.ifPresent(it -> press(it.active(), nowNs));
    trigger.ifPresent(it -> it.debounce = it.debounce.at(nowNs));
    boolean nowTriggered = trigger.map(Sensor::active).orElse(false);
    if (nowTriggered && !triggered) {
      actions.capture().run();
    }
    triggered = nowTriggered;
    followers.forEach(follower -> follower.tick(nowNs));
    light.tick(nowNs);
    led.ifPresent(line -> line.set(light.lit(nowNs)));
  }

  private void press(boolean down, long nowNs) {
    Press.Step step = press.at(down, nowNs);
    press = step.press();
    if (step.gesture().isPresent()) {
      switch (step.gesture().get()) {
        case SHORT -> actions.identify().run();
        case LONG -> actions.drainOrResume().run();
      }
    }
  }

  /** When {@link #tick} has something to do next; empty where only something else can. */
  OptionalLong dueNs(long nowNs) {
    Stream<OptionalLong> inputs =
        Stream.of(button, trigger).flatMap(Optional::stream).map(it -> it.debounce.dueNs());
    Stream<OptionalLong> outputs = followers.stream().map(follower -> follower.untilNs);
    Stream<OptionalLong> others =
        Stream.of(press.dueNs(), led.isPresent() ? light.dueNs(nowNs) : OptionalLong.empty());
    return EventLoop.earliest(
        Stream.of(inputs, outputs, others)
            .flatMap(dues -> dues)
            .flatMapToLong(OptionalLong::stream));
  }

  @Override
  public void close() {
    pins.close();
  }
}
