package io.coterie.protocol.frame;

/** A payload that no board can turn into an input tensor; the message is the reason to report. */
public final class FrameRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  public FrameRejectedException(String reason) {
    super(reason);
  }
}
