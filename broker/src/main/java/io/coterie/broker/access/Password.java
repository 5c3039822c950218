package io.coterie.broker.access;

import io.coterie.protocol.json.Check;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password's salted hash: PBKDF2 with HMAC-SHA-256 (RFC 8018).
 *
 * @param salt base64
 * @param hash base64
 * @param iterations how often HMAC is applied
 */
record Password(String salt, String hash, int iterations) {
  /**
   * Few, for a Raspberry Pi checks every connection: all passwords are ours, of 160 random bits,
   * and not to be guessed at any speed.
   */
  private static final int ITERATIONS = 10_000;

  private static final int MOST_ITERATIONS = 10_000_000;
  private static final int SALT_BYTES = 16;
  private static final int PASSWORD_BYTES = 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  Password {
    Base64.getDecoder().decode(Check.text(salt, "salt"));
    Base64.getDecoder().decode(Check.text(hash, "hash"));
    if (iterations < 1 || iterations > MOST_ITERATIONS) {
      throw new IllegalArgumentException("must be 1 to 10000000: iterations=" + iterations);
    }
  }

  /** A fresh password: 160 random bits. */
  static String random() {
    byte[] bytes = new byte[PASSWORD_BYTES];
    RANDOM.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static Password of(String password) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder();
    byte[] hash = derive(password, salt, ITERATIONS);
    return new Password(base64.encodeToString(salt), base64.encodeToString(hash), ITERATIONS);
  }

  /** Whether it is the hash of this password; takes as long either way. */
  boolean matches(byte[] utf8) {
    Base64.Decoder base64 = Base64.getDecoder();
    String password = new String(utf8, StandardCharsets.UTF_8);
    return MessageDigest.isEqual(
        base64.decode(hash), derive(password, base64.decode(salt), iterations));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    try {
      PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, 256);
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2", e);
    }
  }

  @Override
  public String toString() {
    return "Password[iterations=" + iterations + "]";
  }
}
