package io.coterie.protocol.json;

/** Text that is not the JSON that was expected; the message says why, in one line. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message);
  }
}
