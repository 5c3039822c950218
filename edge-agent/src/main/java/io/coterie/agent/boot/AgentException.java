package io.coterie.agent.boot;

/** An agent cannot start or go on for a reason that a user can mend; the message says how. */
final class AgentException extends Exception {
  private static final long serialVersionUID = 1L;

  AgentException(String message) {
    super(message);
  }

  AgentException(String message, Throwable cause) {
    super(message, cause);
  }
}
