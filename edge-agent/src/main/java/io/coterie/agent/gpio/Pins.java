package io.coterie.agent.gpio;

/**
 * The pins of a board.
 *
 * <p>Methods throw {@link PinException} where a pin cannot be used. Listeners may be called on any
 * thread; they must not block.
 */
interface Pins extends AutoCloseable {
  interface Output {
    void set(boolean high);
  }

  interface Listener {
    void changed(boolean high);
  }

  /** Makes the pin an output, which goes back to the level given when the pins are closed. */
  Output output(int pin, boolean high) throws PinException;

  /** Makes the pin an input; returns its level. */
  boolean input(int pin, GpioSettings.Pull pull, Listener listener) throws PinException;

  /** Sets outputs to what they began with, and gives all pins back. */
  @Override
  void close();
}
