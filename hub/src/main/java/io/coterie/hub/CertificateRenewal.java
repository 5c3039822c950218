package io.coterie.hub;

import io.coterie.broker.TlsListener;
import io.coterie.broker.access.HubCertificates;
import io.coterie.broker.access.LocalNames;
import io.coterie.protocol.runtime.ThreadLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate of the hub's listeners, for a hub that runs for years or starts before its clock
 * is set. The broker and the pages read the key store again when its file changes, and show the new
 * certificate to whoever connects then.
 */
final class CertificateRenewal implements Closer.Part {
  private static final Logger log = LoggerFactory.getLogger(CertificateRenewal.class);

  /** So short for machines that learn the time after the hub has started. */
  private static final long PERIOD_NS = TimeUnit.MINUTES.toNanos(1);

  private final HubCertificates certificates;
  private final TlsListener listener;
  private final String bind;
  private final ThreadLoop loop = new ThreadLoop("certificate");
  private String problem = "";

  private CertificateRenewal(HubCertificates certificates, TlsListener listener, String bind) {
    this.certificates = certificates;
    this.listener = listener;
    this.bind = bind;
  }

  /** Makes a certificate. */
  static CertificateRenewal issue(ListenerOptions listening, HubCertificates certificates)
      throws IOException {
    String password = UUID.randomUUID().toString();
    String bind = listening.bind();
    TlsListener listener =
        new TlsListener(
            bind, listening.securePort(), certificates.issue(names(bind), password), password);
    return new CertificateRenewal(certificates, listener, bind);
  }

  /** Makes it anew in time, until this is closed. */
  void start() {
    loop.every(PERIOD_NS, this::renew);
  }

  private static List<String> names(String bind) throws IOException {
    List<String> names = new ArrayList<>(LocalNames.all());
    if (!names.contains(bind)) {
      names.add(bind);
    }
    return names;
  }

  private void renew() {
    try {
      if (certificates.isDue()) {
        certificates.issue(names(bind), listener.password());
        log.info("made a new certificate for new connections: file={}", listener.keyStore());
      }
      problem = "";
    } catch (IOException e) {
      if (!problem.equals(e.toString())) {
        log.warn(
            "cannot renew the hub's certificate, which clients refuse once it has ended; tried"
                + " again every minute, see that its folder can be written: file={} reason={}",
            listener.keyStore(),
            e.toString());
      }
      problem = e.toString();
    }
  }

  /** Where the broker listens, with the key store that holds the certificate. */
  TlsListener listener() {
    return listener;
  }

  @Override
  public void close() {
    loop.close();
  }
}
