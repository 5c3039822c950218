package io.coterie.protocol.bus;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of 2020 to 2030, seen at other times. */
@Tag("process")
final class PinnedTrustTest {
  @TempDir private static Path folder;
  private static X509Certificate[] chain;

  @BeforeAll
  static void makeCertificates() throws Exception {
    keytool("-genkeypair -keyalg EC -alias ca -dname CN=CA -ext bc:c -startdate 2020/01/01");
    keytool("-genkeypair -keyalg EC -alias hub -dname CN=hub");
    keytool("-exportcert -alias ca -file ca.crt");
    keytool("-certreq -alias hub -file hub.csr");
    keytool("-gencert -alias ca -infile hub.csr -outfile hub.crt -startdate 2020/01/01");
    chain = new X509Certificate[] {read("hub.crt"), read("ca.crt")};
  }

  private static void keytool(String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-keystore", "keys.p12", "-storepass", "secret"));
    if (arguments.contains("startdate")) {
      command.addAll(List.of("-validity", "3653"));
    }
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertEquals(0, process.waitFor(), Files.readString(folder.resolve("keytool.txt")));
  }

  private static X509Certificate read(String name) throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(folder.resolve(name))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private static void check(String pin, String now) throws CertificateException {
    new PinnedTrust(pin, () -> Instant.parse(now).toEpochMilli())
        .checkServerTrusted(chain, "ECDHE_ECDSA");
  }

  private static String pin() {
    return Pin.of(chain[1]);
  }

  @Test
  void believesTheAuthorityThatItKnows() {
    assertDoesNotThrow(() -> check(pin(), "2026-11-28T00:00:00Z"));
  }

  @Test
  void believesBeforeTheClockWasSet() {
    assertDoesNotThrow(() -> check(pin(), "1970-01-01T00:00:05Z"));
  }

  @Test
  void doesNotBelieveWhatHasExpired() {
    assertThrows(CertificateException.class, () -> check(pin(), "2031-01-01T00:00:00Z"));
  }

  @Test
  void believesNoOtherAuthorityWhateverTheTime() {
    String other = Pin.of(chain[0]).replace('a', 'b').replace('1', '2');
    CertificateException refused =
        assertThrows(CertificateException.class, () -> check(other, "1970-01-01T00:00:05Z"));
    assertTrue(refused.getMessage().contains("another hub"), refused.getMessage());
  }
}
