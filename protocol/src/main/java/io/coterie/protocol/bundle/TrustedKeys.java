package io.coterie.protocol.bundle;

import io.coterie.protocol.json.Check;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Whose bundles are used. Keys are kept in PEM files.
 *
 * @param keys Ed25519 public keys; with none, every bundle is used
 */
public record TrustedKeys(List<PublicKey> keys) {
  /** Every bundle is used, signed or not. */
  public static final TrustedKeys ANYBODY = new TrustedKeys(List.of());

  private static final String PUBLIC = "PUBLIC KEY";
  private static final String PRIVATE = "PRIVATE KEY";

  public TrustedKeys {
    keys = Check.list(keys, "keys");
  }

  /**
   * Reads one public key from each file.
   *
   * @throws IOException if a file holds none; the message names it
   */
  public static TrustedKeys read(List<Path> files) throws IOException {
    List<PublicKey> keys = new ArrayList<>();
    for (Path file : files) {
      byte[] der = pem(file, PUBLIC);
      try {
        keys.add(
            KeyFactory.getInstance(ManifestSignature.ALGORITHM)
                .generatePublic(new X509EncodedKeySpec(der)));
      } catch (GeneralSecurityException e) {
        throw new IOException(file + " holds no Ed25519 public key", e);
      }
    }
    return new TrustedKeys(keys);
  }

  /**
   * Reads the key that bundles are signed with.
   *
   * @throws IOException if the file holds none
   */
  public static PrivateKey readPrivate(Path file) throws IOException {
    byte[] der = pem(file, PRIVATE);
    try {
      return KeyFactory.getInstance(ManifestSignature.ALGORITHM)
          .generatePrivate(new PKCS8EncodedKeySpec(der));
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " holds no Ed25519 private key", e);
    }
  }

  /** A fresh pair of keys. */
  public static KeyPair generate() {
    try {
      return KeyPairGenerator.getInstance(ManifestSignature.ALGORITHM).generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has Ed25519", e);
    }
  }

  /** The private key as it is written to a file. */
  public static byte[] pem(PrivateKey key) {
    return pem(PRIVATE, key.getEncoded());
  }

  /** The public key as it is written to a file. */
  public static byte[] pem(PublicKey key) {
    return pem(PUBLIC, key.getEncoded());
  }

  /** Why a manifest of these bytes is not used; nothing if it is. */
  public Optional<String> refuse(byte[] manifest) {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    Optional<byte[]> signature = ManifestSignature.of(manifest);
    if (signature.isEmpty()) {
      return Optional.of(
          "the bundle is not signed, and only signed ones are used here: sign it with 'coterie"
              + " bundle sign'");
    }
    byte[] bare = ManifestSignature.bare(manifest);
    boolean trusted = keys.stream().anyMatch(key -> verify(bare, signature.get(), key));
    return trusted
        ? Optional.empty()
        : Optional.of("the bundle was changed, or signed with a key that is not trusted here");
  }

  private static boolean verify(byte[] bare, byte[] signature, PublicKey key) {
    try {
      Signature verifier = Signature.getInstance(ManifestSignature.ALGORITHM);
      verifier.initVerify(key);
      verifier.update(bare);
      return verifier.verify(signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static byte[] pem(String type, byte[] der) {
    String base64 = Base64.getEncoder().encodeToString(der);
    return ("-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] pem(Path file, String type) throws IOException {
    String text = Files.readString(file);
    String begin = "-----BEGIN " + type + "-----";
    int start = text.indexOf(begin);
    int end = text.indexOf("-----END " + type + "-----");
    if (start < 0 || end < start) {
      throw new IOException(file + " holds no " + type + " in PEM: see 'coterie bundle keygen'");
    }
    try {
      return Base64.getMimeDecoder().decode(text.substring(start + begin.length(), end));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }
}
