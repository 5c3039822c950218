package io.coterie.protocol.bus;

import io.coterie.protocol.bundle.Digest;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;

/** Identifies certificates by the SHA-256 digest of their DER encoding, in hex. */
public final class Pin {
  private Pin() {}

  /** The certificate's digest. */
  public static String of(X509Certificate certificate) {
    try {
      return Digest.of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("not a certificate: " + e.getMessage(), e);
    }
  }

  /**
   * Returns the text if it is such a digest.
   *
   * @throws IllegalArgumentException otherwise
   */
  public static String check(String text) {
    return Digest.check(text, "ca");
  }
}
