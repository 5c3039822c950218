package io.coterie.protocol.bundle;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * An Ed25519 signature (RFC 8032) at the very beginning of a manifest: {@code
 * {"signature":"BASE64",…}}. It signs the manifest's bytes as they are without it, and by the
 * digests in them all files. Inside the manifest it travels wherever that does; who knows nothing
 * of signatures ignores the field.
 */
public final class ManifestSignature {
  static final String ALGORITHM = "Ed25519";
  private static final int BASE64_LENGTH = 88;
  private static final byte[] START = "{\"signature\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\",".getBytes(StandardCharsets.US_ASCII);
  private static final int LENGTH = START.length + BASE64_LENGTH + END.length;

  private ManifestSignature() {}

  /** The signed manifest; an earlier signature is replaced. */
  public static byte[] sign(byte[] manifest, PrivateKey key) {
    byte[] bare = withoutLeadingSpace(bare(manifest));
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(key);
      signature.update(bare);
      String base64 = Base64.getEncoder().encodeToString(signature.sign());
      byte[] signed = Arrays.copyOf(START, LENGTH + bare.length - 1);
      System.arraycopy(
          base64.getBytes(StandardCharsets.US_ASCII), 0, signed, START.length, BASE64_LENGTH);
      System.arraycopy(END, 0, signed, START.length + BASE64_LENGTH, END.length);
      // The opening brace is in START.
      System.arraycopy(bare, 1, signed, LENGTH, bare.length - 1);
      return signed;
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("cannot sign with this key: " + e.getMessage(), e);
    }
  }

  /** The signature; nothing if there is none where it belongs. */
  static Optional<byte[]> of(byte[] manifest) {
    boolean framed =
        manifest.length > LENGTH
            && Arrays.equals(manifest, 0, START.length, START, 0, START.length)
            && Arrays.equals(manifest, LENGTH - END.length, LENGTH, END, 0, END.length);
    if (!framed) {
      return Optional.empty();
    }
    try {
      byte[] base64 = Arrays.copyOfRange(manifest, START.length, START.length + BASE64_LENGTH);
      byte[] signature = Base64.getDecoder().decode(base64);
      // Some bits of the last digit mean nothing: there is one spelling of a signature.
      return Arrays.equals(Base64.getEncoder().encode(signature), base64)
          ? Optional.of(signature)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** What is signed. */
  static byte[] bare(byte[] manifest) {
    if (of(manifest).isEmpty()) {
      return manifest;
    }
    byte[] bare = Arrays.copyOfRange(manifest, LENGTH - 1, manifest.length);
    bare[0] = '{';
    return bare;
  }

  private static byte[] withoutLeadingSpace(byte[] manifest) {
    int start = 0;
    while (start < manifest.length && manifest[start] != '{') {
      start++;
    }
    if (start == manifest.length) {
      throw new IllegalArgumentException("not a manifest");
    }
    return Arrays.copyOfRange(manifest, start, manifest.length);
  }
}
