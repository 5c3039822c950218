package io.coterie.protocol.bus;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Believes servers with a certificate of one CA, known by its digest. The server sends the CA's
 * certificate along. Host names are not compared: a hub's CA signs for that hub alone, and boards
 * reach it by whatever address it has today.
 */
final class PinnedTrust implements X509TrustManager {
  private final String pin;

  private PinnedTrust(String pin) {
    this.pin = pin;
  }

  /** A TLS context for clients. */
  static SSLContext context(String pin) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new PinnedTrust(pin)}, null);
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
        believing(certificate).checkServerTrusted(chain, authType);
        return;
      }
    }
    throw new CertificateException(
        "this is another hub than the one that invited us: its CA is "
            + (chain.length == 0 ? "missing" : Pin.of(chain[chain.length - 1]))
            + ", expected "
            + pin);
  }

  private static X509TrustManager believing(X509Certificate ca) throws CertificateException {
    try {
      KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
      anchors.load(null, null);
      anchors.setCertificateEntry("ca", ca);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(anchors);
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
