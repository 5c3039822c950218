package io.coterie.broker.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.coterie.protocol.WallClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HubCertificatesTest {
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String SUBJECT_KEY = "2.5.29.14";
  private static final String AUTHORITY_KEY = "2.5.29.35";
  private static final String PASSWORD = "key-store-password";

  @TempDir Path folder;
  private final AtomicLong nowMs =
      new AtomicLong(Instant.parse("2027-03-01T12:00:00Z").toEpochMilli());
  private HubCertificates certificates;

  @BeforeEach
  void open() throws IOException {
    certificates = HubCertificates.open(folder, nowMs::get);
  }

  private X509Certificate[] issued() throws Exception {
    Path keys = certificates.issue(List.of("localhost", "127.0.0.1", "::1"), PASSWORD);
    KeyStore store = KeyStore.getInstance(keys.toFile(), PASSWORD.toCharArray());
    return List.of(store.getCertificateChain("hub")).toArray(X509Certificate[]::new);
  }

  private void pass(Duration time) {
    nowMs.addAndGet(time.toMillis());
  }

  /** What Apple asks of servers: support.apple.com/103769. */
  @Test
  void isOneThatApplesSystemsAccept() throws Exception {
    X509Certificate leaf = issued()[0];
    Instant from = leaf.getNotBefore().toInstant();
    assertEquals(Instant.ofEpochMilli(nowMs.get()).minus(Duration.ofDays(1)), from);
    assertEquals(from.plus(Duration.ofDays(800)), leaf.getNotAfter().toInstant());
    assertEquals(List.of(SERVER_AUTH), leaf.getExtendedKeyUsage());
    assertEquals(-1, leaf.getBasicConstraints(), "no authority");
    assertEquals(3, leaf.getSubjectAlternativeNames().size());
  }

  @Test
  void namesTheKeysAndSignsListenersOnly() throws Exception {
    X509Certificate[] chain = issued();
    assertEquals(0, chain[1].getBasicConstraints(), "the path length");
    for (X509Certificate one : chain) {
      assertTrue(
          one.getNonCriticalExtensionOIDs().containsAll(List.of(SUBJECT_KEY, AUTHORITY_KEY)));
    }
    byte[] authority = chain[1].getExtensionValue(SUBJECT_KEY);
    byte[] named = chain[0].getExtensionValue(AUTHORITY_KEY);
    assertTrue(hex(named).endsWith(hex(authority).substring(8)), "the authority's own identifier");
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void isDueLongBeforeItEnds() throws Exception {
    assertTrue(certificates.isDue(), "there is none yet");
    issued();
    pass(Duration.ofDays(399));
    assertFalse(certificates.isDue());
    pass(Duration.ofDays(2));
    assertTrue(certificates.isDue());
    assertEquals(
        Instant.ofEpochMilli(nowMs.get()).minus(Duration.ofDays(1)),
        issued()[0].getNotBefore().toInstant());
    assertFalse(certificates.isDue());
  }

  @Test
  void isDueWhenTheClockIsSet() throws Exception {
    issued();
    pass(Duration.ofDays(-30));
    assertTrue(certificates.isDue(), "from the future");
    issued();
    nowMs.set(5_000);
    Instant from = issued()[0].getNotBefore().toInstant();
    assertEquals(Instant.ofEpochMilli(WallClock.EARLIEST_MS).minus(Duration.ofDays(1)), from);
    assertFalse(certificates.isDue(), "as long as the clock is at 1970");
    nowMs.set(Instant.parse("2028-01-01T00:00:00Z").toEpochMilli());
    assertTrue(certificates.isDue());
  }

  @Test
  void opensslTakesItForAServer() throws Exception {
    nowMs.set(System.currentTimeMillis());
    X509Certificate leaf = issued()[0];
    Path file = folder.resolve("leaf.crt");
    String base64 = Base64.getMimeEncoder().encodeToString(leaf.getEncoded());
    Files.writeString(
        file, "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    String ca = certificates.certificateFile().toString();
    String said =
        openssl("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, file.toString());
    assertTrue(said.endsWith(": OK\n"), said);
    String text = openssl("x509", "-noout", "-text", "-in", file.toString());
    assertTrue(text.contains("TLS Web Server Authentication"), text);
    assertTrue(openssl("x509", "-noout", "-text", "-in", ca).contains("CA:TRUE, pathlen:0"));
  }

  private String openssl(String... arguments) throws Exception {
    Path said = folder.resolve("openssl.txt");
    ProcessBuilder builder = new ProcessBuilder("openssl");
    builder.command().addAll(List.of(arguments));
    Process process;
    try {
      process = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
    } catch (IOException e) {
      assumeTrue(false, "there is no openssl here");
      throw e;
    }
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return Files.readString(said, StandardCharsets.UTF_8);
  }
}
