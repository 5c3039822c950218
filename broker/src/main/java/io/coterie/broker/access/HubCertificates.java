package io.coterie.broker.access;

import io.coterie.protocol.WallClock;
import io.coterie.protocol.access.SecretFile;
import io.coterie.protocol.bus.Pin;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.LongSupplier;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The hub's own certificate authority, made on first start, and the certificate of its listeners,
 * made anew on every start and long before it ends, with the names and addresses that the machine
 * has then. Keys are P-256.
 *
 * <p>Thread-safe.
 */
public final class HubCertificates {
  /** Of the authority, whose digest boards know for as long as they live. */
  private static final Instant FROM = Instant.parse("2020-01-01T00:00:00Z");

  private static final Instant TO = Instant.parse("2049-12-31T00:00:00Z");

  /** For clients whose clock is a little behind. */
  private static final Duration BEFORE = Duration.ofDays(1);

  /**
   * Apple's systems refuse servers whose certificate is valid for more than 825 days, or is not
   * made for servers (support.apple.com/103769).
   */
  private static final Duration LISTENER = Duration.ofDays(800);

  private static final String CA_NAME = "CN=Coterie hub CA";
  private static final String CA_CERTIFICATE = "ca.crt";
  private static final String CA_KEY = "ca.key";
  private static final String KEY_STORE = "server.p12";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path folder;
  private final X509Certificate ca;
  private final PrivateKey caKey;
  private final LongSupplier clockMs;
  private Instant issued = Instant.EPOCH;

  private HubCertificates(Path folder, X509Certificate ca, PrivateKey caKey, LongSupplier clockMs) {
    this.folder = folder;
    this.ca = ca;
    this.caKey = caKey;
    this.clockMs = clockMs;
  }

  /**
   * Opens the authority in a folder, and makes one where there is none.
   *
   * @throws IOException if its files cannot be read or written
   */
  public static HubCertificates open(Path folder) throws IOException {
    return open(folder, WallClock::ms);
  }

  static HubCertificates open(Path folder, LongSupplier clockMs) throws IOException {
    Path certificate = folder.resolve(CA_CERTIFICATE);
    Path key = folder.resolve(CA_KEY);
    try {
      if (!Files.exists(certificate)) {
        KeyPair pair = newKeys();
        X509Certificate made =
            sign(pair.getPublic(), CA_NAME, FROM, TO, pair, new BasicConstraints(0), List.of());
        // The certificate last: where it is, the key is.
        SecretFile.write(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        SecretFile.write(certificate, pem("CERTIFICATE", made.getEncoded()));
      }
      return new HubCertificates(folder, readCertificate(certificate), readKey(key), clockMs);
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "the hub's CA in "
              + folder
              + " is damaged ("
              + e.getMessage()
              + "): restore it, or delete the folder and invite all boards anew",
          e);
    }
  }

  /** Whether there is an authority in the folder. */
  public static boolean exist(Path folder) {
    return Files.exists(folder.resolve(CA_CERTIFICATE));
  }

  /** By which clients know the authority. */
  public String fingerprint() {
    return Pin.of(ca);
  }

  /** The authority's certificate, in PEM. */
  public Path certificateFile() {
    return folder.resolve(CA_CERTIFICATE);
  }

  /**
   * Makes keys and a certificate for the listeners.
   *
   * @param names host names and numeric addresses
   * @param password of the key store
   * @return the key store, PKCS 12; always the same file
   */
  public synchronized Path issue(List<String> names, String password) throws IOException {
    try {
      Instant now = now();
      KeyPair pair = newKeys();
      X509Certificate leaf =
          sign(
              pair.getPublic(),
              "CN=Coterie hub",
              now.minus(BEFORE),
              now.minus(BEFORE).plus(LISTENER),
              new KeyPair(ca.getPublicKey(), caKey),
              new BasicConstraints(false),
              names);
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "hub", pair.getPrivate(), password.toCharArray(), new Certificate[] {leaf, ca});
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      store.store(bytes, password.toCharArray());
      Path file = folder.resolve(KEY_STORE);
      SecretFile.write(file, bytes.toByteArray());
      issued = now;
      return file;
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make the hub's certificate: " + e.getMessage(), e);
    }
  }

  /**
   * Whether to {@link #issue} again: half of the time of the last certificate is over, or the clock
   * was set to a time before it.
   */
  public synchronized boolean isDue() {
    Duration age = Duration.between(issued, now());
    return age.isNegative() || age.compareTo(LISTENER.dividedBy(2)) > 0;
  }

  /** On a machine whose clock was not set yet, the earliest time that it can be. */
  private Instant now() {
    return Instant.ofEpochMilli(Math.max(WallClock.EARLIEST_MS, clockMs.getAsLong()));
  }

  private static KeyPair newKeys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static X509Certificate sign(
      PublicKey key,
      String subject,
      Instant from,
      Instant to,
      KeyPair by,
      BasicConstraints constraints,
      List<String> names)
      throws GeneralSecurityException, IOException {
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            new X500Principal(CA_NAME),
            new BigInteger(127, RANDOM).add(BigInteger.ONE),
            Date.from(from),
            Date.from(to),
            new X500Principal(subject),
            key);
    JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
    builder.addExtension(Extension.basicConstraints, true, constraints);
    builder.addExtension(
        Extension.subjectKeyIdentifier, false, identifiers.createSubjectKeyIdentifier(key));
    builder.addExtension(
        Extension.authorityKeyIdentifier,
        false,
        identifiers.createAuthorityKeyIdentifier(by.getPublic()));
    if (constraints.isCA()) {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    } else {
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      GeneralName[] alternatives =
          names.stream().map(HubCertificates::name).toArray(GeneralName[]::new);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(alternatives));
    }
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static GeneralName name(String name) {
    boolean address = name.contains(":") || name.matches("[0-9.]+");
    return new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name);
  }

  private static byte[] pem(String type, byte[] der) {
    String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    return ("-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private static X509Certificate readCertificate(Path file)
      throws IOException, GeneralSecurityException {
    try (var in = Files.newInputStream(file)) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
    byte[] der = Base64.getMimeDecoder().decode(base64);
    return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
  }
}
