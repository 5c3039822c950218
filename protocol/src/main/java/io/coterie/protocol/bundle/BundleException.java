package io.coterie.protocol.bundle;

/** A bundle that cannot be used; the message names the file, what is wrong and the cure. */
public final class BundleException extends Exception {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }
}
