package io.coterie.agent.gpio;

import com.pi4j.Pi4J;
import com.pi4j.context.Context;
import com.pi4j.io.IOType;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputProvider;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputProvider;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProvider;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pins of a Raspberry Pi, by Pi4J and the kernel's character device: no root, no daemon. */
final class Pi4jPins implements Pins {
  private static final Path CHIP = Path.of("/dev/gpiochip0");
  private static final Path MODEL = Path.of("/proc/device-tree/model");

  private final Context context;

  /** Takes a context that has a provider of digital inputs and one of outputs; ends it. */
  Pi4jPins(Context context) {
    this.context = context;
  }

  /**
   * The pins of this machine.
   *
   * @throws PinException if it has none, or they may not be used
   */
  static Pins open() throws PinException {
    if (!Files.exists(CHIP)) {
      throw new PinException("there is no " + CHIP + " here: pins need a Raspberry Pi");
    }
    if (!Files.isReadable(CHIP) || !Files.isWritable(CHIP)) {
      throw new PinException(CHIP + " may not be used: add this user to the group gpio");
    }
    if (!isRaspberryPi()) {
      throw new PinException("this is no Raspberry Pi, and Pi4J knows the pins of no other board");
    }
    try {
      return new Pi4jPins(
          Pi4J.newContextBuilder()
              .noAutoDetect()
              .disableShutdownHook()
              .add(GpioDDigitalOutputProvider.newInstance())
              .add(GpioDDigitalInputProvider.newInstance())
              .build());
    } catch (RuntimeException | LinkageError e) {
      throw new PinException("Pi4J cannot use the pins of this machine: " + e);
    }
  }

  private static boolean isRaspberryPi() {
    try {
      return Files.readString(MODEL).startsWith("Raspberry Pi");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public Output output(int pin, boolean high) throws PinException {
    try {
      DigitalOutputProvider provider = context.provider(IOType.DIGITAL_OUTPUT);
      DigitalOutput output =
          provider.create(
              DigitalOutput.newConfigBuilder(context)
                  .id("pin-" + pin)
                  .address(pin)
                  .initial(DigitalState.getState(high))
                  .shutdown(DigitalState.getState(high))
                  .build());
      return level -> output.setState(level);
    } catch (RuntimeException | LinkageError e) {
      throw unusable(pin, e);
    }
  }

  @Override
  public boolean input(int pin, GpioSettings.Pull pull, Listener listener) throws PinException {
    try {
      DigitalInputProvider provider = context.provider(IOType.DIGITAL_INPUT);
      DigitalInput input =
          provider.create(
              DigitalInput.newConfigBuilder(context)
                  .id("pin-" + pin)
                  .address(pin)
                  .pull(resistance(pull))
                  .debounce(0L)
                  .build());
      input.addListener(event -> listener.changed(event.state().isHigh()));
      return input.isHigh();
    } catch (RuntimeException | LinkageError e) {
      throw unusable(pin, e);
    }
  }

  private static PullResistance resistance(GpioSettings.Pull pull) {
    return switch (pull) {
      case UP -> PullResistance.PULL_UP;
      case DOWN -> PullResistance.PULL_DOWN;
      case NONE -> PullResistance.OFF;
    };
  }

  private static PinException unusable(int pin, Throwable e) {
    return new PinException(
        "pin " + pin + " cannot be used (does another program have it? gpioinfo shows): " + e);
  }

  @Override
  public void close() {
    context.shutdown();
  }
}
