package io.coterie.agent.gpio;

/** A pin, or all of them, cannot be used; the message says why and what helps, in one line. */
final class PinException extends Exception {
  private static final long serialVersionUID = 1L;

  PinException(String message) {
    super(message);
  }
}
