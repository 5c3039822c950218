package io.coterie.hub;

/** A hub cannot start; the message names the value, the reason and the cure. */
public final class HubException extends Exception {
  private static final long serialVersionUID = 1L;

  HubException(String message, Throwable cause) {
    super(message, cause);
  }
}
