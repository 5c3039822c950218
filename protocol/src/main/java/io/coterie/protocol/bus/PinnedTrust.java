package io.coterie.protocol.bus;

import io.coterie.protocol.WallClock;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.function.LongSupplier;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts servers whose certificate was issued by one CA, which is known by its digest. The server
 * sends the CA's certificate along. Host names are not compared: a hub's CA signs for that hub
 * alone, and boards reach it by whatever address it has today.
 */
final class PinnedTrust implements X509TrustManager {
  private final String pin;
  private final LongSupplier clockMs;

  PinnedTrust(String pin, LongSupplier clockMs) {
    this.pin = pin;
    this.clockMs = clockMs;
  }

  /** A TLS context for clients. */
  static SSLContext context(String pin) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new PinnedTrust(pin, WallClock::ms)}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has TLS", e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    for (X509Certificate certificate : chain) {
      if (Pin.of(certificate).equals(pin)) {
        believing(certificate, when(clockMs.getAsLong(), chain))
            .checkServerTrusted(chain, authType);
        return;
      }
    }
    throw new CertificateException(
        "this is another hub than the one that invited us: its CA is "
            + (chain.length == 0 ? "missing" : Pin.of(chain[chain.length - 1]))
            + ", expected "
            + pin);
  }

  /**
   * The time at which certificates have to be valid: now, but never before they were made. A board
   * without a battery starts in 1970, and needs the network to learn better; that it sees the
   * certificate at all tells it that it is later. Who could profit has the hub's own key.
   */
  private static Instant when(long nowMs, X509Certificate... chain) {
    long latestMs = nowMs;
    for (X509Certificate certificate : chain) {
      latestMs = Math.max(latestMs, certificate.getNotBefore().toInstant().toEpochMilli());
    }
    return Instant.ofEpochMilli(latestMs);
  }

  private static X509TrustManager believing(X509Certificate ca, Instant when)
      throws CertificateException {
    try {
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      anchors.setCertificateEntry("ca", ca);
      PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, new X509CertSelector());
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(when));
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(new CertPathTrustManagerParameters(parameters));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager trust) {
          return trust;
        }
      }
      throw new CertificateException("no trust manager for X.509");
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateException("cannot check the broker's certificate", e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("for clients only");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
