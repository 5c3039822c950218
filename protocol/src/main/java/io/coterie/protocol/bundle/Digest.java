package io.coterie.protocol.bundle;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 digests as 64 lower-case hex digits. */
public final class Digest {
  private Digest() {}

  /** The digest of the bytes. */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /**
   * Returns the text if it is a digest.
   *
   * @throws IllegalArgumentException otherwise, naming the field
   */
  public static String check(String text, String field) {
    if (text == null || !text.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("must be 64 hex digits: " + field + "=" + text);
    }
    return text;
  }

  /** A fresh SHA-256 function; every Java platform has it. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
