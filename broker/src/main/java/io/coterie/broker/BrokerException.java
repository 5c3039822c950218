package io.coterie.broker;

/** The broker could not start; the message names the value, the reason and the cure. */
public final class BrokerException extends Exception {
  private static final long serialVersionUID = 1L;

  BrokerException(String message) {
    super(message);
  }

  BrokerException(String message, Throwable cause) {
    super(message, cause);
  }
}
