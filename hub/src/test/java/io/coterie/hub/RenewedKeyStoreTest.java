package io.coterie.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.coterie.broker.access.HubCertificates;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyStoreBuilderParameters;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RenewedKeyStoreTest {
  @TempDir Path folder;

  @Test
  void connectionsSeeTheCertificateThatTheFileHoldsThen() throws Exception {
    HubCertificates certificates = HubCertificates.open(folder);
    Path file = certificates.issue(List.of("localhost"), "secret");
    KeyManagerFactory factory = KeyManagerFactory.getInstance("NewSunX509");
    factory.init(new KeyStoreBuilderParameters(new RenewedKeyStore(file, "secret")));
    X509KeyManager manager = (X509KeyManager) factory.getKeyManagers()[0];
    BigInteger first = shown(manager);
    assertEquals(first, shown(manager));
    FileTime before = Files.getLastModifiedTime(file);
    certificates.issue(List.of("localhost"), "secret");
    Files.setLastModifiedTime(file, FileTime.fromMillis(before.toMillis() + 1_000));
    assertNotEquals(first, shown(manager));
  }

  private static BigInteger shown(X509KeyManager manager) {
    String alias = manager.chooseServerAlias("EC", null, null);
    X509Certificate[] chain = manager.getCertificateChain(alias);
    return chain[0].getSerialNumber();
  }
}
