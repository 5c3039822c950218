package io.coterie.agent.capture;

/** No picture could be taken; the message says why and what helps, in one line. */
final class CaptureException extends Exception {
  private static final long serialVersionUID = 1L;

  CaptureException(String message) {
    super(message);
  }
}
